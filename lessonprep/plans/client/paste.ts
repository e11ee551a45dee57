/**
 * Cleaning of what is pasted from Word, WPS, WeChat and web pages.
 *
 * The schema takes out tags and classes by itself; here is what it cannot know: Word's lists that
 * are paragraphs with a typed number, conditional comments, line ends in the middle of Chinese text.
 */

import { isMedia } from "./pictures";

const JUNK = "style, script, meta, link, title, xml, template, noscript, head";
const FOREIGN = "img:not([data-media]), picture, svg, math, object, iframe, video, audio, canvas";
const KEPT_ATTRIBUTES = new Set(["href", "colspan", "rowspan", "start", "data-media", "alt"]);
const KEPT_STYLES = ["font-weight", "font-style", "text-decoration", "vertical-align"];
const WORD_ITEM = /mso-list:\s*l\d+\s+level(\d+)/i;
const WORD_MARKER = /mso-list:\s*ignore/i;
const NUMBERED = /^(\d{1,3}|[a-z])[.)、．]$/i;
const BULLET = /^[^\p{N}\p{Script=Han}]$/u; // of Wingdings a plain letter comes, often l, n or u
const CJK = "[\\u2e80-\\u9fff\\uf900-\\ufaff\\uff00-\\uffef\\u3000-\\u303f“”‘’…—]";
const BROKEN_LINE = new RegExp(`(${CJK})[ \\t]*\\r?\\n\\s*(?=${CJK})`, "g");

export interface Pasted {
  html: string;
  /** Whether pictures, formulas or players were in it, which the schema does not take. */
  dropped: boolean;
}

export function cleanPasted(html: string): Pasted {
  if (html.includes("data-pm-slice")) return { html, dropped: false }; // from an editor like this
  const { body } = new DOMParser().parseFromString(html, "text/html");
  for (const image of body.querySelectorAll("img")) {
    if (!isMedia(image.getAttribute("data-media"))) image.removeAttribute("data-media");
  }
  const dropped = body.querySelector(FOREIGN) !== null || /<v:imagedata/i.test(html);
  remove(body, `${JUNK}, ${FOREIGN}`);
  removeComments(body);
  makeLists(body);
  tidyText(body);
  tidyAttributes(body);
  removeEmptyParagraphs(body);
  return { html: body.innerHTML, dropped };
}

function remove(root: Element, selector: string): void {
  for (const element of root.querySelectorAll(selector)) element.remove();
}

function removeComments(root: Element): void {
  for (const comment of walk<Comment>(root, NodeFilter.SHOW_COMMENT)) comment.remove();
}

function walk<T extends Node>(root: Element, what: number): T[] {
  const walker = root.ownerDocument.createTreeWalker(root, what);
  const found: T[] = [];
  while (walker.nextNode()) found.push(walker.currentNode as T);
  return found;
}

interface Item {
  paragraph: Element;
  level: number;
  tag: "ol" | "ul";
  start: number;
}

/** Word writes a list as paragraphs that begin with their number and carry their level in a style. */
function makeLists(root: Element): void {
  const open: { level: number; list: Element; tag: string }[] = [];
  let previous: Element | null = null;
  for (const paragraph of root.querySelectorAll("p")) {
    const item = wordItem(paragraph);
    if (!item) continue;
    if (previous === null || paragraph.previousElementSibling !== previous) open.length = 0;
    while (open.length > 0 && last(open).level > item.level) open.pop();
    if (open.length > 0 && last(open).level === item.level && last(open).tag !== item.tag) open.pop();
    if (open.length === 0 || last(open).level < item.level) {
      const list = newList(item);
      if (open.length > 0) last(open).list.lastElementChild?.append(list);
      else paragraph.before(list);
      open.push({ level: item.level, list, tag: item.tag });
    }
    const entry = root.ownerDocument.createElement("li");
    last(open).list.append(entry);
    entry.append(paragraph);
    previous = open[0]?.list ?? null;
  }
}

function last<T>(items: T[]): T {
  return items[items.length - 1] as T;
}

function newList({ paragraph, tag, start }: Item): Element {
  const list = paragraph.ownerDocument.createElement(tag);
  if (tag === "ol" && start > 1) list.setAttribute("start", String(start));
  return list;
}

/** A paragraph as an item; 一、 （一） ① stay text, because a list would renumber them 1. 2. 3. */
function wordItem(paragraph: Element): Item | null {
  const level = WORD_ITEM.exec(paragraph.getAttribute("style") ?? "")?.[1];
  if (level === undefined) return null;
  const markers = [...paragraph.querySelectorAll("[style]")].filter((element) =>
    WORD_MARKER.test(element.getAttribute("style") ?? ""),
  );
  const marker = (markers[0]?.textContent ?? "").replace(/[\s\u00a0]+/g, "");
  const number = NUMBERED.exec(marker)?.[1];
  if (number === undefined && marker !== "" && !BULLET.test(marker)) return null;
  for (const element of markers) element.remove();
  const tag = number === undefined ? "ul" : "ol";
  return { paragraph, level: Number(level), tag, start: Number(number) || 1 };
}

function tidyText(root: Element): void {
  for (const text of walk<Text>(root, NodeFilter.SHOW_TEXT)) {
    text.data = text.data.replace(/\u00a0/g, " ").replace(BROKEN_LINE, "$1");
  }
  // The page indents paragraphs by two characters; typed ones would come on top.
  for (const paragraph of root.querySelectorAll("p, section, div")) {
    for (const text of walk<Text>(paragraph, NodeFilter.SHOW_TEXT)) {
      text.data = text.data.replace(/^[\s\u3000]+/, "");
      if (text.data !== "") break;
    }
  }
}

function tidyAttributes(root: Element): void {
  for (const element of root.querySelectorAll("*")) {
    const style = keptStyle(element.getAttribute("style") ?? "");
    for (const name of element.getAttributeNames()) {
      if (!KEPT_ATTRIBUTES.has(name)) element.removeAttribute(name);
    }
    if (style !== "") element.setAttribute("style", style);
  }
}

function keptStyle(style: string): string {
  const declarations = style.split(";").map((declaration) => declaration.trim());
  return declarations
    .filter((declaration) => KEPT_STYLES.some((name) => declaration.startsWith(name)))
    .join(";");
}

function removeEmptyParagraphs(root: Element): void {
  for (const paragraph of root.querySelectorAll("p")) {
    if (paragraph.textContent?.trim() === "" && !paragraph.querySelector("br, hr, img")) paragraph.remove();
  }
}
