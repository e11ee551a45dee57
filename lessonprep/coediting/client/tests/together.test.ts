import "../../../plans/client/tests/page";

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Editor } from "@tiptap/core";
import * as Y from "yjs";

import { bindStep, COLUMNS, inOrder, Process } from "../process";
import { SCHEMA_HASH } from "../schema";
import { Proposing, settle, suggestionsIn } from "../suggesting";
import { documentWith, editorOn, join, paragraph } from "./shared";

const ME = "00000000-0000-4000-8000-000000000001";

function pair(words: string): { mine: Editor; theirs: Editor; meet: () => void; fragment: Y.XmlFragment } {
  const { doc, fragment } = documentWith(paragraph(words));
  const other = new Y.Doc();
  join(doc, other);
  const mine = editorOn(fragment);
  const theirs = editorOn(other.getXmlFragment("text"));
  return { mine, theirs, meet: () => join(doc, other), fragment };
}

test("both write in one paragraph and both texts are there", () => {
  const { mine, theirs, meet } = pair("济南的冬天");

  mine.commands.insertContentAt(1, "老舍");
  theirs.commands.insertContentAt(6, "很温晴");
  meet();

  assert.equal(mine.getText(), "老舍济南的冬天很温晴");
  assert.equal(theirs.getText(), mine.getText());
});

test("undo takes back only one's own", () => {
  const { mine, theirs, meet } = pair("济南的冬天");
  mine.commands.insertContentAt(1, "老舍");
  meet();
  theirs.commands.insertContentAt(theirs.state.doc.content.size - 1, "很温晴");
  meet();

  mine.commands.undo();
  meet();

  assert.equal(mine.getText(), "济南的冬天很温晴");
  assert.equal(mine.can().undo(), false);
  mine.commands.redo();
  assert.equal(mine.getText(), "老舍济南的冬天很温晴");
});

test("a change within a pair of surrogates is never cut", () => {
  const { mine, meet, theirs } = pair("笑😀");

  const { state, view } = mine;
  view.dispatch(state.tr.replaceWith(2, 4, state.schema.text("😁")));
  meet();

  assert.equal(theirs.getText(), "笑😁");
});

test("the hash of the schema is the one that the server is told", async () => {
  const { readFileSync } = await import("node:fs");
  const told = JSON.parse(readFileSync("lessonprep/coediting/schema.json", "utf8")) as { hash: string };

  assert.equal(told.hash, SCHEMA_HASH);
});

function proposing(words: string): { editor: Editor; refusals: () => number } {
  const { fragment } = documentWith(paragraph(words));
  let refusals = 0;
  const proposer = { isOn: () => true, author: ME, refused: () => (refusals += 1) };
  const editor = editorOn(fragment, [Proposing.configure({ proposer })]);
  return { editor, refusals: () => refusals };
}

test("what is typed is proposed, and a word typed letter by letter is one suggestion", () => {
  const { editor } = proposing("理解用意。");
  editor.commands.setTextSelection(5);

  for (const letter of "和辨析") editor.view.dispatch(editor.state.tr.insertText(letter));

  const [only, ...others] = suggestionsIn(editor.state.doc);
  assert.deepEqual(others, []);
  assert.equal(only?.added, "和辨析");
  assert.equal(only?.author, ME);
  assert.equal(editor.getText(), "理解用意和辨析。");
  assert.equal(editor.state.selection.from, 8);
});

test("what is deleted stays, struck through, and the cursor goes on before it", () => {
  const { editor } = proposing("范读全文。");
  editor.commands.setTextSelection(5);

  for (let time = 0; time < 2; time += 1) {
    const { from } = editor.state.selection;
    editor.view.dispatch(editor.state.tr.delete(from - 1, from));
  }

  assert.equal(editor.getText(), "范读全文。");
  assert.deepEqual(suggestionsIn(editor.state.doc).map(({ dropped }) => dropped), ["全文"]);
  assert.equal(editor.state.selection.from, 3);
});

test("replacing is one suggestion that is taken or left as one", () => {
  for (const [accepted, text] of [[true, "范读第1段。"], [false, "范读全文。"]] as const) {
    const { editor } = proposing("范读全文。");
    editor.view.dispatch(editor.state.tr.insertText("第1段", 3, 5));
    const [only] = suggestionsIn(editor.state.doc);
    assert.equal(only?.dropped, "全文");
    assert.equal(only?.added, "第1段");

    settle(editor, only!.id, accepted);

    assert.equal(editor.getText(), text);
    assert.deepEqual(suggestionsIn(editor.state.doc), []);
  }
});

test("one's own proposal is deleted for good", () => {
  const { editor } = proposing("理解。");
  editor.view.dispatch(editor.state.tr.insertText("用意", 3));

  editor.view.dispatch(editor.state.tr.delete(3, 5));

  assert.equal(editor.getText(), "理解。");
  assert.deepEqual(suggestionsIn(editor.state.doc), []);
});

test("paragraphs cannot be proposed: the text stays as it was and it is said", () => {
  const { editor, refusals } = proposing("理解用意。");
  editor.commands.setTextSelection(3);

  editor.commands.splitBlock();

  assert.equal(editor.state.doc.childCount, 1);
  assert.equal(editor.getText(), "理解用意。");
  assert.equal(refusals(), 1);
});

function rowsWith(...steps: string[]): { doc: Y.Doc; rows: Y.Map<Y.Map<unknown>> } {
  const doc = new Y.Doc();
  const rows = doc.getMap("rows") as Y.Map<Y.Map<unknown>>;
  steps.forEach((step, at) => {
    const row = new Y.Map<unknown>();
    row.set("order", at + 1);
    row.set("step", new Y.Text(step));
    row.set("minutes", null);
    for (const name of COLUMNS) row.set(name, new Y.XmlFragment());
    rows.set(`row-${step}`, row);
  });
  return { doc, rows };
}

const noTexts = {
  text: () => ({ box: document.createElement("div"), setWritable: () => undefined, destroy: () => undefined }),
  gone: () => undefined,
  changed: () => undefined,
} as never;

test("a row that is made has all its texts; moved, taken out and brought back it keeps them", () => {
  const { rows } = rowsWith("导入", "品读");
  const process = new Process(rows, [{ name: "teacher", label: "教师" }], (key) => key, noTexts);
  process.setWritable(true);
  const names = (): string[] => inOrder(rows).map(([, row]) => (row.get("step") as Y.Text).toString());
  const press = (label: string, at = 0): void =>
    [...process.dom.querySelectorAll("button")].filter(({ textContent }) => textContent === label)[at]?.click();

  press("row_add");
  const made = inOrder(rows)[2]?.[1];
  assert.ok(COLUMNS.every((name) => made?.get(name) instanceof Y.XmlFragment));
  press("row_down");
  assert.deepEqual(names(), ["品读", "导入", ""]);
  press("row_remove");
  assert.deepEqual(names(), ["导入", ""]);
  press("row_restore");
  assert.deepEqual(names(), ["品读", "导入", ""]);
  assert.deepEqual([...process.dom.querySelectorAll<HTMLInputElement>(".step > input")].map(({ value }) => value), names());
});

test("two who write in the name of a step both stay, and the cursor with its letter", () => {
  const { doc, rows } = rowsWith("读");
  const text = rows.get("row-读")?.get("step") as Y.Text;
  const input = document.createElement("input");
  document.body.append(input);
  bindStep(input, text);
  input.focus();
  input.value = "读雪";
  input.dispatchEvent(new Event("input"));
  input.setSelectionRange(2, 2);

  doc.transact(() => text.insert(0, "品"), "remote");

  assert.equal(input.value, "品读雪");
  assert.equal(input.selectionStart, 3);
  assert.equal(text.toString(), "品读雪");
});
