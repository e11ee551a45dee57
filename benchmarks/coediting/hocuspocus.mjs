/**
 * Hocuspocus at its defaults, storing with the statements of its SQLite extension:
 * `node hocuspocus.mjs PORT FILE`.
 *
 * The extension's own driver has to be compiled; the SQLite that is part of Node runs the same.
 */
import { DatabaseSync } from "node:sqlite";

import { Database } from "@hocuspocus/extension-database";
import { schema, selectQuery, upsertQuery } from "@hocuspocus/extension-sqlite";
import { Server } from "@hocuspocus/server";

const [port, file] = process.argv.slice(2);
const database = new DatabaseSync(file);
database.exec(schema);

const server = new Server({
  port: Number(port),
  address: "127.0.0.1",
  quiet: true,
  extensions: [
    new Database({
      fetch: async ({ documentName: name }) => database.prepare(selectQuery).get({ name })?.data ?? null,
      store: async ({ documentName: name, state: data }) => void database.prepare(upsertQuery).run({ name, data }),
    }),
  ],
});
await server.listen();
console.log("listening");
