import "./page";

import assert from "node:assert/strict";
import { test } from "node:test";

import { isLossless } from "../guard";

const SAFE = [
  "",
  "目标",
  "<p>一</p>\n<p>二 <strong> </strong></p>",
  "<ul><li>一<ul><li>二</li></ul></li></ul>",
  "<ul><li>一</li><ul><li>二</li></ul></ul>",
  "<table><thead><tr><th>环节</th></tr></thead><tbody><tr><td>导入<br>提问</td></tr></tbody></table>",
  '<p><a href="https://a.example/" rel="noopener noreferrer">网页</a></p>',
  "<blockquote>山是小摇篮</blockquote>",
  "<p><b>一</b><strong>二</strong> <span>三</span></p>",
  '<table><tbody><tr><td colspan="2" rowspan="1">一</td></tr></tbody></table>',
  '<p>图<img data-media="8c1f" alt="雪"></p>',
  '<img data-media="8c1f"><table><tbody><tr><td><img data-media="8c20" alt="a>b"></td></tr></tbody></table>',
];

for (const html of SAFE) {
  test(`may be edited: ${html.slice(0, 50)}`, () => assert.equal(isLossless(html), true));
}

const UNSAFE = [
  '<p>图<img src="https://elsewhere.example/1.png" alt="雪"></p>',
  '<p>由<span data-latex="x^2"></span>得</p>',
  '<p>由<span data-latex="x^2">x²</span>得</p>',
  "<pre>原样</pre>",
  '<p><a href="javascript:alert(1)">一</a></p>',
  "<p>一</p><details><summary>二</summary>三</details>",
];

for (const html of UNSAFE) {
  test(`stays shut, for something would be lost: ${html}`, () => assert.equal(isLossless(html), false));
}
