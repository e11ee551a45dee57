// Bundles the script of uploads: `build.mjs` writes it, `--check` says whether what is committed is
// fresh, `--tests` bundles the tests for Node's runner.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "../..");
const output = join(here, "../static/media/uploads.js");
const common = { absWorkingDir: root, bundle: true, charset: "utf8", legalComments: "none", logLevel: "warning" };

if (process.argv.includes("--tests")) {
  const names = readdirSync(join(here, "tests")).filter((name) => name.endsWith(".test.ts"));
  await build({
    ...common,
    entryPoints: names.map((name) => join(here, "tests", name)),
    outdir: join(root, "var/client-tests"),
    outExtension: { ".js": ".mjs" },
    format: "esm",
    platform: "node",
    target: "node20",
    sourcemap: "inline",
  });
} else {
  const { outputFiles } = await build({
    ...common,
    entryPoints: [join(here, "main.ts")],
    write: false,
    minify: true,
    format: "iife",
    target: ["es2019", "chrome80"],
    banner: { js: "/*! Gongbei: uploads in parts */" },
  });
  const made = Buffer.from(outputFiles[0].contents);
  const stale = !existsSync(output) || !readFileSync(output).equals(made);
  if (process.argv.includes("--check")) {
    if (stale) console.error(`${relative(root, output)} is not fresh: npm run build`);
    process.exitCode = stale ? 1 : 0;
  } else {
    mkdirSync(join(output, ".."), { recursive: true });
    writeFileSync(output, made);
  }
}
