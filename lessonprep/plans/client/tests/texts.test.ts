import { put, TEXTS } from "./page";

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { readTexts, TEXT_KEYS } from "../texts";

test("the server gives every text the editor asks for, and no other", () => {
  const source = readFileSync("lessonprep/plans/editor_texts.py", "utf8");

  const given = [...source.matchAll(/^ {8}"(\w+)": _\(/gm)].map((match) => match[1]);

  assert.deepEqual([...given].sort(), [...TEXT_KEYS].sort());
});

test("a text is filled in letter by letter, and a missing one shows its key", () => {
  put('<script type="application/json" id="editor-texts">{"saved": "Saved %s"}</script>');

  const texts = readTexts(document);

  assert.equal(texts("saved", "$& 15:42"), "Saved $& 15:42");
  assert.equal(texts("retry"), TEXTS("retry"));
});
