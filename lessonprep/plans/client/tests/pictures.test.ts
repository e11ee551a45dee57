import { put, settled, TEXT_FORM, TEXTS } from "./page";

import assert from "node:assert/strict";
import { test } from "node:test";

import { Editor } from "@tiptap/core";
import { NodeSelection } from "@tiptap/pm/state";

import { describe, move, PictureSender, selected, showPictures } from "../pictures";
import { extensionsFor, parseHTML, toHTML } from "../schema";
import type { Upload } from "../server";

const MEDIA = "8c1f2a30-6d0b-4f0e-9b1a-0c5d2e7f9a11";
const ADDRESS = "/files/00000000-0000-0000-0000-000000000000/w640/";
const IMAGE = `<img data-media="${MEDIA}" alt="">`;

function open(html: string): Editor {
  return new Editor({
    element: document.body.appendChild(document.createElement("div")),
    extensions: extensionsFor(ADDRESS),
    content: parseHTML(html).toJSON(),
    injectCSS: false,
  });
}

function choose(editor: Editor): void {
  editor.state.doc.descendants((node, at) => {
    if (node.type.name === "picture") editor.view.dispatch(editor.state.tr.setSelection(NodeSelection.create(editor.state.doc, at)));
  });
}

const html = (editor: Editor): string => toHTML(editor.state.doc);

function sender(...answers: Upload[]): { sender: PictureSender; form: HTMLFormElement; sent: string[] } {
  const form = put<HTMLFormElement>(TEXT_FORM);
  form.dataset.pictures = "/pictures/";
  const sent: string[] = [];
  const upload = async (address: string, file: File): Promise<Upload> => {
    sent.push(`${address}${file.name}`);
    return answers.shift()!;
  };
  return { sender: new PictureSender(form, TEXTS, { upload }), form, sent };
}

test("a picture is shown from the checked address, and the text names only its uuid", () => {
  const editor = open(`<p>图${IMAGE}</p>`);

  assert.equal(editor.view.dom.querySelector("img")?.getAttribute("src"), `/files/${MEDIA}/w640/`);
  assert.equal(html(editor), `<p>图${IMAGE}</p>`);
  editor.destroy();
});

test("what is no uuid gets no address", () => {
  const box = put<HTMLElement>('<div><img data-media="../../x"></div>');
  showPictures(box, ADDRESS);

  assert.equal(box.querySelector("img")?.hasAttribute("src"), false);
});

test("the chosen picture is described, and stays chosen", () => {
  const editor = open(`<p>图${IMAGE}</p>`);
  choose(editor);

  describe(editor, "  雪后的\n小山 ");

  assert.equal(html(editor), `<p>图<img data-media="${MEDIA}" alt="雪后的 小山"></p>`);
  assert.equal(selected(editor)?.alt, "雪后的 小山");
  editor.destroy();
});

const MOVES: [string, string, -1 | 1, string][] = [
  ["down into the next paragraph", `<p>一${IMAGE}</p><p>二</p>`, 1, `<p>一</p><p>${IMAGE}二</p>`],
  ["up into the paragraph before", `<p>一</p><p>${IMAGE}二</p>`, -1, `<p>一${IMAGE}</p><p>二</p>`],
  ["down with its paragraph", `<p>${IMAGE}</p><p>二</p><p>三</p>`, 1, `<p>二</p><p>${IMAGE}</p><p>三</p>`],
  ["up with its paragraph", `<p>一</p><p>二</p><p>${IMAGE}</p>`, -1, `<p>一</p><p>${IMAGE}</p><p>二</p>`],
  ["out of a list", `<ul><li><p>一${IMAGE}</p></li></ul><p>二</p>`, 1, `<ul><li><p>一</p></li></ul><p>${IMAGE}二</p>`],
];

for (const [name, before, direction, after] of MOVES) {
  test(`a picture is moved ${name}`, () => {
    const editor = open(before);
    choose(editor);

    assert.equal(move(editor, direction), true);

    assert.equal(html(editor), after);
    assert.notEqual(selected(editor), null);
    editor.destroy();
  });
}

test("the first picture of a text does not go up", () => {
  const editor = open(`<p>${IMAGE}一</p>`);
  choose(editor);

  assert.equal(move(editor, -1), false);
  assert.equal(html(editor), `<p>${IMAGE}一</p>`);
  editor.destroy();
});

test("files go one after the other to where they were put, whatever is written meanwhile", async () => {
  const { sender: one, sent, form } = sender({ media: MEDIA }, { media: MEDIA });
  const editor = open("<p>前后</p>");

  const done = one.put(editor, [new File(["a"], "1.png"), new File(["b"], "2.png")], 2);
  editor.commands.insertContentAt(1, "先写");
  await done;

  assert.deepEqual(sent, ["/pictures/1.png", "/pictures/2.png"]);
  assert.equal(html(editor), `<p>先写前${IMAGE}${IMAGE}后</p>`);
  assert.equal(form.querySelector(".notice"), null);
  editor.destroy();
});

test("a refused picture says why, the others come", async () => {
  const { sender: one, form } = sender({ reason: "Not a picture.", again: false }, { media: MEDIA });
  const editor = open("<p>一</p>");

  await one.put(editor, [new File(["a"], "1.png"), new File(["b"], "2.png")], 2);

  assert.equal(form.querySelector(".notice.bad span")?.textContent, "picture_failed(Not a picture.)");
  assert.equal(html(editor), `<p>一${IMAGE}</p>`);
  editor.destroy();
});

test("without a line the picture waits for another try, and nothing is lost", async () => {
  const { sender: one, form, sent } = sender({ reason: "No line.", again: true }, { media: MEDIA }, { media: MEDIA });
  const editor = open("<p>一</p>");
  await one.put(editor, [new File(["a"], "1.png"), new File(["b"], "2.png")], 2);

  form.querySelector<HTMLButtonElement>(".notice.bad button")!.click();
  for (let turn = 0; turn < 5; turn += 1) await settled();

  assert.deepEqual(sent, ["/pictures/1.png", "/pictures/1.png", "/pictures/2.png"]);
  assert.equal(html(editor), `<p>一${IMAGE}${IMAGE}</p>`);
  assert.equal(form.querySelector(".notice"), null);
  editor.destroy();
});
