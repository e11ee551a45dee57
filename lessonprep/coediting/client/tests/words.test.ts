import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { WORD_KEYS } from "../words";

test("the server gives every word that writing together asks for, and no other", () => {
  const source = readFileSync("lessonprep/coediting/words.py", "utf8");
  const given = [...source.matchAll(/^ {8}"([a-z_]+)":/gm)].map(([, key]) => key as string);

  assert.deepEqual([...given].sort(), [...WORD_KEYS].sort());
});
