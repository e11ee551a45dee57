/**
 * The server reads and writes shared text itself (`html.py`, `fragment.py`): here its work is held
 * against the editor's own serialiser. `python -m tests.unit.same_text` makes the cases anew.
 */

import "../../../plans/client/tests/page";

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";

import { prosemirrorToYXmlFragment, yXmlFragmentToProseMirrorRootNode } from "@tiptap/y-tiptap";
import * as Y from "yjs";

import { toHTML } from "../../../plans/client/schema";
import { sharedSchema } from "../schema";

const FILE = "lessonprep/coediting/client/tests/same_text.json";

interface Case {
  html: string;
  server: string;
  editor?: string;
}

const cases = JSON.parse(readFileSync(FILE, "utf8")) as Case[];

function read(update: string): ReturnType<typeof yXmlFragmentToProseMirrorRootNode> {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Buffer.from(update, "base64"));
  return yXmlFragmentToProseMirrorRootNode(doc.getXmlFragment("text"), sharedSchema);
}

test("the editor reads what the server wrote, and serialises it to the same bytes", () => {
  for (const { html, server } of cases) {
    const node = read(server);
    node.check();
    assert.equal(toHTML(node), html);
  }
});

test("the editor reads its own the same", () => {
  for (const one of cases) {
    if (process.env.GONGBEI_WRITE) {
      const doc = new Y.Doc();
      doc.clientID = 1;
      prosemirrorToYXmlFragment(read(one.server), doc.getXmlFragment("text"));
      one.editor = Buffer.from(Y.encodeStateAsUpdate(doc)).toString("base64");
    }
    assert.equal(toHTML(read(one.editor ?? "")), one.html);
  }
  if (process.env.GONGBEI_WRITE) {
    writeFileSync(FILE, `[\n${cases.map((one) => JSON.stringify(one)).join(",\n")}\n]\n`);
  }
});
