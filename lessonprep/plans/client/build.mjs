// Bundles the editors: `build.mjs` writes them, `--check` says whether what is committed is fresh,
// `--tests` bundles the tests for Node's runner.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "../../..");
const shared = join(root, "lessonprep/coediting");
const tests = join(root, "var/client-tests");

/** Each goes to the folder of its app; where two scripts share a page each is whole by itself. */
const BUNDLES = [
  { name: "editor", script: join(here, "main.ts"), style: join(here, "editor.css"), to: join(here, "../static/plans") },
  {
    name: "coediting",
    script: join(shared, "client/main.ts"),
    style: join(shared, "client/coediting.css"),
    to: join(shared, "static/coediting"),
  },
  { name: "formulas", script: join(shared, "client/katex.ts"), to: join(shared, "static/coediting") },
];

const common = {
  absWorkingDir: root, // no path of a machine in the output
  bundle: true,
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
};
const forNode = { ...common, format: "esm", platform: "node", target: "node20", external: ["jsdom", "ws"] };

async function bundle({ name, script, style, to }) {
  const { outputFiles } = await build({
    ...common,
    entryPoints: { [name]: script, ...(style ? { [`${name}-style`]: style } : {}) },
    outdir: to,
    write: false,
    minify: true,
    format: "iife",
    target: ["es2019", "chrome80"],
    banner: { js: "/*! Gongbei; TipTap, ProseMirror, Yjs, KaTeX and their parts under the MIT licence */" },
  });
  return outputFiles.map(({ path, contents }) => ({
    path: join(to, basename(path).replace("-style", "")),
    contents: Buffer.from(contents),
  }));
}

/** The schema as the server reads it. */
async function schema() {
  const outfile = join(root, "var/describe-schema.mjs");
  await build({ ...forNode, entryPoints: [join(shared, "client/describe.ts")], outfile });
  const { description } = await import(pathToFileURL(outfile).href);
  const contents = Buffer.from(`${JSON.stringify(description, null, 2)}\n`);
  return { path: join(shared, "schema.json"), contents };
}

if (process.argv.includes("--tests")) {
  rmSync(tests, { recursive: true, force: true });
  const places = [here, join(shared, "client")];
  const found = places.flatMap((place) =>
    readdirSync(join(place, "tests"))
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => join(place, "tests", name)),
  );
  await build({
    ...forNode,
    entryPoints: found,
    outdir: tests,
    outbase: root,
    entryNames: "[name]",
    outExtension: { ".js": ".mjs" },
    sourcemap: "inline",
  });
} else {
  const files = [...(await Promise.all(BUNDLES.map(bundle))).flat(), await schema()];
  const stale = files.filter(
    ({ path, contents }) => !existsSync(path) || !readFileSync(path).equals(contents),
  );
  if (process.argv.includes("--check")) {
    for (const { path } of stale) console.error(`${relative(root, path)} is not fresh: npm run build`);
    process.exitCode = stale.length > 0 ? 1 : 0;
  } else {
    for (const { path, contents } of files) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, contents);
    }
  }
}
