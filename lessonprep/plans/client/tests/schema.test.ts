import "./page";

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Editor } from "@tiptap/core";

import { canonical, lessonExtensions, lessonSchema, schemaHash } from "../schema";

const KEPT = [
  "",
  "<p>有感情地朗读课文，体会<em>重音</em>和<strong>停连</strong>。</p>",
  "<h3>导入</h3><h4>问题</h4><p>一<br>二</p><hr>",
  "<ul><li><p>一</p><ul><li><p>甲</p></li></ul></li></ul>",
  '<ol start="3"><li><p>三</p></li><li><p>四</p></li></ol>',
  "<blockquote><p>山是小摇篮</p></blockquote>",
  '<p>H<sub>2</sub>O，x<sup>2</sup>，<u>线</u><s>删</s> <a href="https://example.org/a?b=1&amp;c=2">网页</a></p>',
  '<table><tbody><tr><th colspan="2"><p>环节</p></th></tr><tr><td><p>导入</p></td><td rowspan="2"><p>问</p></td></tr><tr><td><p>读</p></td></tr></tbody></table>',
  "<p>😀𠮷</p><p></p><p>末</p>",
  '<p>图<img data-media="8c1f2a30-6d0b-4f0e-9b1a-0c5d2e7f9a11" alt="雪后 &quot;山&quot;">后</p>',
  '<ul><li><p><img data-media="8c1f" alt=""></p></li></ul>',
];

for (const html of KEPT) {
  test(`text passes through unchanged: ${html.slice(0, 40)}`, () => {
    assert.equal(canonical(html), html);
  });
}

const WRITTEN_ANEW: [string, string][] = [
  ["<p>一</p><script>alert(1)</script>", "<p>一</p>"],
  ['<p style="color:red" class="x">一</p>', "<p>一</p>"],
  ['<p><a href="javascript:alert(1)">一</a></p>', "<p>一</p>"],
  ['<p><a href="java&#9;script:alert(1)">一</a></p>', "<p>一</p>"],
  ['<p><a href="https://a.example/" rel="noopener noreferrer">一</a></p>', '<p><a href="https://a.example/">一</a></p>'],
  ['<p><img src="https://a.example/1.png" alt="一">二</p>', "<p>二</p>"],
  ['<p><img data-media="8c1f" src="/files/8c1f/w640/" loading="lazy" onerror="x()"></p>', '<p><img data-media="8c1f" alt=""></p>'],
  ['<img data-media="8c1f" alt="雪">', '<p><img data-media="8c1f" alt="雪"></p>'],
  ["<h1>一</h1><h6>二</h6>", "<h3>一</h3><h4>二</h4>"],
  ["<ol type='a'><li>一</li></ol>", "<ol><li><p>一</p></li></ol>"],
  ["<table><thead><tr><th>环节</th></tr></thead></table>", "<table><tbody><tr><th><p>环节</p></th></tr></tbody></table>"],
  ["<p><b>一</b><i>二</i><del>三</del></p>", "<p><strong>一</strong><em>二</em><s>三</s></p>"],
];

for (const [html, expected] of WRITTEN_ANEW) {
  test(`text is written as the server keeps it: ${html.slice(0, 50)}`, () => {
    assert.equal(canonical(html), expected);
  });
}

test("every tag and attribute that the schema writes is on the server's list", () => {
  const list = readFileSync("resources/library/richtext.py", "utf8");
  const tags = new Set(list.match(/TAGS = \{([^}]*)\}/)?.[1]?.match(/"(\w+)"/g)?.map((one) => one.slice(1, -1)));

  const page = new DOMParser().parseFromString(KEPT.join(""), "text/html");
  const written = [...page.body.querySelectorAll("*")];

  for (const element of written) {
    assert.ok(tags.has(element.localName), element.localName);
    for (const name of element.getAttributeNames()) {
      assert.match(list, new RegExp(`"${element.localName}": \\{[^}]*"${name}"`));
    }
  }
});

test("the schema's hash changes only on purpose: co-editing lets only the same hash write", () => {
  assert.equal(schemaHash(), "26834d97c44f16e5");
});

test("the editor works with the schema that is hashed", () => {
  const editor = new Editor({ element: document.createElement("div"), extensions: lessonExtensions, injectCSS: false });

  assert.equal(schemaHash(editor.schema), schemaHash(lessonSchema));
  editor.destroy();
});
