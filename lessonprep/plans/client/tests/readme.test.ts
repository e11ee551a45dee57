import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { TEXT_KEYS } from "../texts";

test("the README gives the server every text the editor asks for, and no other", () => {
  const readme = readFileSync("lessonprep/plans/client/README.md", "utf8");

  const given = [...readme.matchAll(/^ {4}"(\w+)": _\(/gm)].map((match) => match[1]);

  assert.deepEqual([...given].sort(), [...TEXT_KEYS].sort());
});
