import "../../../plans/client/tests/page";

import assert from "node:assert/strict";
import { test } from "node:test";

import * as Y from "yjs";

import { isKnown, wordsOf } from "../guard";
import { sharedSchema } from "../schema";
import { documentWith, editorOn, join, paragraph } from "./shared";

test("what the schema has is known: marks that overlap, pictures, formulas, empty texts", () => {
  const formula = new Y.XmlElement("formula");
  formula.setAttribute("latex", "x^2");
  const marked = paragraph("辨析", { "comment--AAAAAAAA": { id: "1" }, bold: {} });
  marked.insert(1, [formula]);
  const { fragment } = documentWith(marked, new Y.XmlElement("paragraph"));

  assert.ok(isKnown(fragment, sharedSchema));
  assert.ok(isKnown(new Y.Doc().getXmlFragment("empty"), sharedSchema));
});

const unknown: [string, () => Y.XmlElement][] = [
  ["a node", () => new Y.XmlElement("sheetMusic")],
  ["a mark", () => paragraph("词", { sparkle: {} })],
  ["an attribute of a mark", () => paragraph("词", { link: { href: "/", target: "_blank" } })],
  [
    "an attribute of a node",
    () => {
      const made = paragraph("词");
      made.setAttribute("align", "center");
      return made;
    },
  ],
  [
    "words where none can be",
    () => {
      const list = new Y.XmlElement("bulletList");
      list.insert(0, [paragraph("不在列表项里")]);
      return list;
    },
  ],
];

for (const [what, make] of unknown) {
  test(`${what} that the schema does not know is seen, and its words can be read`, () => {
    const { fragment } = documentWith(paragraph("教学目标"), make());

    assert.equal(isKnown(fragment, sharedSchema), false);
    assert.equal(wordsOf(fragment)[0], "教学目标");
  });
}

test("an empty shell that two left between them is not a reason to shut", () => {
  const { fragment } = documentWith(paragraph("教学目标"), new Y.XmlElement("bulletList"));

  assert.ok(isKnown(fragment, sharedSchema));
});

test("an editor that is shut before the binding looks deletes and sends nothing", () => {
  const { doc, fragment } = documentWith(paragraph("教学目标"));
  const other = new Y.Doc();
  join(doc, other);
  const editor = editorOn(fragment);
  const sent: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array, origin: unknown) => origin !== "remote" && sent.push(update));
  doc.on("beforeObserverCalls", (transaction: Y.Transaction) => {
    if (!transaction.local && !isKnown(fragment, sharedSchema)) editor.destroy();
  });

  other.getXmlFragment("text").insert(1, [new Y.XmlElement("sheetMusic")]);
  join(other, doc);

  assert.ok(editor.isDestroyed);
  assert.deepEqual(sent, []);
  assert.equal(fragment.length, 2);
  assert.equal((fragment.get(1) as Y.XmlElement).nodeName, "sheetMusic");
});
