/**
 * The schema of lesson text, which co-editing will extend.
 *
 * It writes exactly the tags that `resources/library/richtext.py` keeps. Two editors may write the
 * same text together only when their `schemaHash()` is the same.
 */

import { getSchema, type Extensions } from "@tiptap/core";
import { Blockquote } from "@tiptap/extension-blockquote";
import { Bold } from "@tiptap/extension-bold";
import { Document } from "@tiptap/extension-document";
import { HardBreak } from "@tiptap/extension-hard-break";
import { Heading, type Level } from "@tiptap/extension-heading";
import { HorizontalRule } from "@tiptap/extension-horizontal-rule";
import { Italic } from "@tiptap/extension-italic";
import { BulletList } from "@tiptap/extension-list/bullet-list";
import { ListItem } from "@tiptap/extension-list/item";
import { OrderedList } from "@tiptap/extension-list/ordered-list";
import { Paragraph } from "@tiptap/extension-paragraph";
import { Strike } from "@tiptap/extension-strike";
import { Text } from "@tiptap/extension-text";
import { Underline } from "@tiptap/extension-underline";
import { DOMParser as ModelParser, DOMSerializer, type Node, type Schema } from "@tiptap/pm/model";

import { digest } from "./digest";
import { Link, Subscript, Superscript } from "./marks";
import { Picture } from "./pictures";
import { Table, TableCell, TableHeader, TableRow } from "./tables";

const LEVELS: Level[] = [3, 4];

/** The page and the section have h1 and h2, so pasted headings come down to h3 and h4. */
const LessonHeading = Heading.extend({
  parseHTML: () =>
    [1, 2, 3, 4, 5, 6].map((level) => ({
      tag: `h${level}`,
      attrs: { level: level <= 3 ? 3 : 4 },
    })),
}).configure({ levels: LEVELS });

/** Without `type` (a, i, …), which the server does not keep. */
const LessonOrderedList = OrderedList.extend({
  addAttributes: () => ({
    start: {
      default: 1,
      parseHTML: (list) => Number.parseInt(list.getAttribute("start") ?? "1", 10) || 1,
    },
  }),
});

/** Nodes and marks, in the order that ranks the marks: the outermost first. */
export const lessonExtensions: Extensions = [
  Document, Paragraph, Text,
  LessonHeading, BulletList, LessonOrderedList, ListItem, Blockquote, HardBreak, HorizontalRule, Picture,
  Table, TableRow, TableHeader, TableCell,
  Link, Bold, Italic, Underline, Strike, Subscript, Superscript,
];

/** The same for an editor that shows pictures from this address. */
export function extensionsFor(address: string): Extensions {
  return lessonExtensions.map((one) => (one === Picture ? Picture.configure({ address }) : one));
}

export const lessonSchema = getSchema(lessonExtensions);

/** A document of the schema from HTML, in an inert page: nothing in it loads or runs. */
export function parseHTML(html: string): Node {
  const page = new DOMParser().parseFromString(html, "text/html");
  return ModelParser.fromSchema(lessonSchema).parse(page.body);
}

/** The HTML of a document; a document without anything in it is the empty string. */
export function toHTML(doc: Node): string {
  if (isBlank(doc)) return "";
  const page = document.implementation.createHTMLDocument("");
  const content = DOMSerializer.fromSchema(doc.type.schema).serializeFragment(doc.content, {
    document: page,
  });
  page.body.append(content);
  return page.body.innerHTML;
}

function isBlank(doc: Node): boolean {
  const only = doc.firstChild;
  return doc.childCount === 1 && only?.type.name === "paragraph" && only.childCount === 0;
}

/** HTML as this schema writes it, so that two texts can be compared. */
export function canonical(html: string): string {
  return toHTML(parseHTML(html));
}

/** 16 hexadecimal digits that change when nodes, marks, their content or their attributes do. */
export function schemaHash(schema: Schema = lessonSchema): string {
  const nodes = Object.values(schema.nodes).map(({ name, spec }) => [
    name, spec.content, spec.group, spec.marks, spec.inline, spec.atom, attributes(spec.attrs),
  ]);
  const marks = Object.values(schema.marks).map(({ name, spec }) => [
    name, spec.excludes, spec.inclusive, attributes(spec.attrs),
  ]);
  return digest(JSON.stringify([nodes, marks]));
}

function attributes(specs: Record<string, { default?: unknown }> | null | undefined): unknown[] {
  const names = Object.keys(specs ?? {}).sort();
  return names.map((name) => [name, specs?.[name]?.default]);
}
