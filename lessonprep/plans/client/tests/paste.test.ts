import "./page";

import assert from "node:assert/strict";
import { test } from "node:test";

import { cleanPasted } from "../paste";
import { canonical } from "../schema";

const pasted = (html: string): string => canonical(cleanPasted(html).html);

const item = (level: number, marker: string, text: string): string =>
  `<p class=MsoListParagraph style='margin-left:21.0pt;mso-list:l0 level${level} lfo1'><![if !supportLists]>` +
  `<span style='mso-list:Ignore'>${marker}<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span>` +
  `<![endif]><span style='font-family:宋体'>${text}</span></p>`;

test("Word's styles, comments and metadata go, its marks stay", () => {
  const html = `<html xmlns:o="urn"><head><meta name=Generator content="Microsoft Word 15"><style>p{color:red}</style>
    <!--[if gte mso 9]><xml><w:WordDocument/></xml><![endif]--></head><body><!--StartFragment-->
    <p class=MsoNormal style='text-indent:24.0pt'><b><span style='font-family:宋体'>教学目标</span></b><o:p></o:p></p>
    <p class=MsoNormal><o:p>&nbsp;</o:p></p><!--EndFragment--></body></html>`;

  assert.equal(pasted(html), "<p><strong>教学目标</strong></p>");
});

test("Word's lists become lists, with their levels and their first number", () => {
  const html = item(1, "3.", "读准字音") + item(2, "l", "镶") + item(2, "l", "髻") + item(1, "4.", "读通课文");

  assert.equal(
    pasted(html),
    '<ol start="3"><li><p>读准字音</p><ul><li><p>镶</p></li><li><p>髻</p></li></ul></li><li><p>读通课文</p></li></ol>',
  );
});

test("bullets of Word become a bullet list", () => {
  assert.equal(pasted(item(1, "·", "一") + item(1, "·", "二")), "<ul><li><p>一</p></li><li><p>二</p></li></ul>");
});

test("two lists with a paragraph between stay two lists", () => {
  const html = `${item(1, "1.", "一")}<p>中间</p>${item(1, "1.", "二")}`;

  assert.equal(pasted(html), "<ol><li><p>一</p></li></ol><p>中间</p><ol><li><p>二</p></li></ol>");
});

test("Chinese numbering stays as it was printed", () => {
  assert.equal(pasted(item(1, "一、", "教学目标")), "<p>一、 教学目标</p>");
});

test("tables stay, with merged cells", () => {
  const html = `<table class=MsoTableGrid border=1 style='border-collapse:collapse'><tr><td width=10 colspan=2 valign=top
    style='width:5pt'><p class=MsoNormal>环节<o:p></o:p></p></td></tr><tr><td><p>导入</p></td><td><p>&nbsp;</p></td></tr></table>`;

  assert.equal(
    pasted(html),
    '<table><tbody><tr><td colspan="2"><p>环节</p></td></tr><tr><td><p>导入</p></td><td><p></p></td></tr></tbody></table>',
  );
});

test("lines that were broken inside Chinese text are joined, English words are not", () => {
  assert.equal(pasted("<p>山上的矮松越发的青黑，\n  树尖上顶着一髻儿白花</p>"), "<p>山上的矮松越发的青黑，树尖上顶着一髻儿白花</p>");
  assert.equal(pasted("<p>good\nmorning</p>"), "<p>good morning</p>");
});

test("typed indents go, because the page indents by itself", () => {
  assert.equal(pasted("<p>　　第一段</p><p>&nbsp;&nbsp;<b>　第二段</b></p>"), "<p>第一段</p><p><strong>第二段</strong></p>");
});

test("an article of WeChat keeps its text and bold, and says that pictures were left out", () => {
  const html = `<section style="font-size:16px"><section><span style="font-weight: bold;color:rgb(1,2,3)">课后</span>想一想
    </section><section><img data-src="https://mmbiz.example/1.png"></section></section>`;

  const { dropped } = cleanPasted(html);

  assert.equal(dropped, true);
  assert.equal(pasted(html), "<p><strong>课后</strong>想一想</p>");
});

test("a picture of ours stays when a page of ours is copied, one of elsewhere does not", () => {
  const ours = '<img data-media="8c1f2a30-6d0b-4f0e-9b1a-0c5d2e7f9a11" alt="雪" src="/files/x/w640/" loading="lazy">';

  assert.equal(pasted(`<p>${ours}</p>`), '<p><img data-media="8c1f2a30-6d0b-4f0e-9b1a-0c5d2e7f9a11" alt="雪"></p>');
  assert.equal(cleanPasted(`<p>${ours}</p>`).dropped, false);
  assert.equal(cleanPasted('<p><img data-media="x" src="//e"></p>').dropped, true);
  assert.equal(pasted('<p>一<img data-media="x" src="//e"></p>'), "<p>一</p>");
});

test("a script in the clipboard comes to nothing", () => {
  assert.equal(pasted('<p onclick="x()">一<script>alert(1)</script><iframe src="//e"></iframe></p>'), "<p>一</p>");
});

test("what was copied in an editor like this is not touched", () => {
  const html = '<p data-pm-slice="1 1 []">　　一</p>';

  assert.equal(cleanPasted(html).html, html);
});
