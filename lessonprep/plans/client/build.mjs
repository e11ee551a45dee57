// Bundles the editor and the scripts of previews: `build.mjs` writes them, `--check` says whether
// what is committed is fresh, `--tests` bundles the tests for Node's runner.

import { readFileSync, rmSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { readdirSync } from "node:fs";

import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = join(here, "../../..");
const output = join(here, "../static/plans");
const previews = join(root, "media/previews/client");
const previewsOutput = join(root, "media/previews/static/previews");
const tests = join(root, "var/client-tests");

const common = {
  absWorkingDir: root, // no path of a machine in the output
  bundle: true,
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
};

async function bundle() {
  const { outputFiles } = await build({
    ...common,
    entryPoints: { editor: join(here, "main.ts"), "editor-style": join(here, "editor.css") },
    outdir: output,
    write: false,
    minify: true,
    format: "iife",
    target: ["es2019", "chrome80"],
    banner: { js: "/*! Gongbei; TipTap, ProseMirror and their parts under the MIT licence */" },
  });
  const editor = outputFiles.map(({ path, contents }) => ({
    path: join(output, basename(path).replace("editor-style", "editor")),
    contents: Buffer.from(contents),
  }));
  return [...editor, ...(await previewScripts())];
}

async function previewScripts() {
  const { outputFiles } = await build({
    ...common,
    entryPoints: ["film.ts", "look.ts"].map((name) => join(previews, name)),
    outdir: previewsOutput,
    write: false,
    minify: true,
    format: "iife",
    target: ["es2019", "chrome80"],
  });
  return outputFiles.map(({ path, contents }) => ({ path, contents: Buffer.from(contents) }));
}

if (process.argv.includes("--tests")) {
  rmSync(tests, { recursive: true, force: true });
  const folders = [here, previews].map((client) => join(client, "tests"));
  const entries = folders.flatMap((folder) =>
    readdirSync(folder).filter((name) => name.endsWith(".test.ts")).map((name) => join(folder, name)),
  );
  await build({
    ...common,
    entryPoints: Object.fromEntries(entries.map((path) => [basename(path, ".ts"), path])),
    outdir: tests,
    outExtension: { ".js": ".mjs" },
    format: "esm",
    platform: "node",
    target: "node20",
    external: ["jsdom"],
    sourcemap: "inline",
  });
} else {
  const files = await bundle();
  const { mkdirSync, writeFileSync, existsSync } = await import("node:fs");
  const stale = files.filter(
    ({ path, contents }) => !existsSync(path) || !readFileSync(path).equals(contents),
  );
  if (process.argv.includes("--check")) {
    for (const { path } of stale) console.error(`${relative(root, path)} is not fresh: npm run build`);
    process.exitCode = stale.length > 0 ? 1 : 0;
  } else {
    for (const folder of [output, previewsOutput]) mkdirSync(folder, { recursive: true });
    for (const { path, contents } of files) writeFileSync(path, contents);
  }
}
