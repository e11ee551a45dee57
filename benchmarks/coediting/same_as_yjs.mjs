/** Reads logs written by pycrdt with Yjs: row by row, merged, and shuffled; all must say the same. */
import { readFileSync } from "node:fs";
import * as Y from "yjs";

const bytes = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
const cases = JSON.parse(readFileSync(process.argv[2], "utf8"));
let wrong = 0;

for (const [number, one] of cases.entries()) {
  const updates = one.updates.map(bytes);
  const shuffled = updates.map((update, at) => [((at + 1) * 7919) % 9973, update]).sort((a, b) => a[0] - b[0]);
  const ways = {
    "row by row": plain(apply(updates)),
    "merged there": plain(apply([bytes(one.merged)])),
    "merged here": plain(apply([Y.mergeUpdates(updates)])),
    shuffled: plain(apply(shuffled.map(([, update]) => update))),
  };
  for (const [way, said] of Object.entries(ways)) {
    if (said !== JSON.stringify(one.text)) report(number, way, said, JSON.stringify(one.text));
  }
  const doc = apply([bytes(one.merged)]);
  const vector = JSON.stringify([...Y.decodeStateVector(bytes(one.vector))].sort());
  const known = JSON.stringify([...Y.decodeStateVector(Y.encodeStateVector(doc))].sort());
  if (vector !== known) report(number, "state vector", known, vector);
}
process.exit(wrong ? 1 : 0);

function apply(updates) {
  const doc = new Y.Doc();
  for (const update of updates) Y.applyUpdate(doc, update);
  return doc;
}

function plain(doc) {
  const paragraphs = doc.getXmlFragment("body").toArray();
  return JSON.stringify(
    paragraphs.map((paragraph) =>
      paragraph.get(0).toDelta().map((run) => [run.insert, Boolean(run.attributes?.bold)]),
    ),
  );
}

function report(number, way, said, wanted) {
  wrong += 1;
  console.log(`history ${number}, ${way}:\n  ${said}\n  ${wanted}`);
}
