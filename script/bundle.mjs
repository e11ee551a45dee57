// Bundles the scripts of all apps: `bundle.mjs` writes them, `--check` says whether what is
// committed is fresh, `--tests` bundles the tests for Node's runner.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const plans = join(root, "lessonprep/plans");
const coediting = join(root, "lessonprep/coediting");
const media = join(root, "media");
const previews = join(root, "media/previews");
const tests = join(root, "var/client-tests");

/** Each goes to the folder of its app; where two scripts share a page each is whole by itself. */
const BUNDLES = [
  { name: "editor", script: join(plans, "client/main.ts"), style: join(plans, "client/editor.css"), to: join(plans, "static/plans") },
  { name: "coediting", script: join(coediting, "client/main.ts"), style: join(coediting, "client/coediting.css"), to: join(coediting, "static/coediting") },
  { name: "formulas", script: join(coediting, "client/katex.ts"), to: join(coediting, "static/coediting") },
  { name: "uploads", script: join(media, "client/main.ts"), to: join(media, "static/media") },
  { name: "film", script: join(previews, "client/film.ts"), to: join(previews, "static/previews") },
  { name: "look", script: join(previews, "client/look.ts"), to: join(previews, "static/previews") },
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

/** The schema of shared text as the server reads it. */
async function schema() {
  const outfile = join(root, "var/describe-schema.mjs");
  await build({ ...forNode, entryPoints: [join(coediting, "client/describe.ts")], outfile });
  const { description } = await import(pathToFileURL(outfile).href);
  const contents = Buffer.from(`${JSON.stringify(description, null, 2)}\n`);
  return { path: join(coediting, "schema.json"), contents };
}

if (process.argv.includes("--tests")) {
  rmSync(tests, { recursive: true, force: true });
  const found = [plans, coediting, media, previews].flatMap((app) =>
    readdirSync(join(app, "client/tests"))
      .filter((name) => name.endsWith(".test.ts"))
      .map((name) => join(app, "client/tests", name)),
  );
  await build({
    ...forNode,
    entryPoints: Object.fromEntries(
      found.map((path) => [relative(root, path).replaceAll("/", "-").replace(/\.ts$/, ""), path]),
    ),
    outdir: tests,
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
