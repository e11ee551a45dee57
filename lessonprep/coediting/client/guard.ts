/**
 * The guard before an editor is mounted on a shared text, and before it takes what others wrote.
 *
 * The binding deletes what its schema does not know, and sends the deletion to everybody. So every
 * text is read through first; where something is unknown, its editor is shut before it could.
 */

import type { Node, Schema } from "@tiptap/pm/model";
import * as Y from "yjs";

/** Marks of which a text may have several carry a hash behind their name. */
const OVERLAPPING = /--[a-zA-Z0-9+/=]{8}$/;

/** Whether the editor would keep everything in the text. */
export function isKnown(fragment: Y.XmlFragment, schema: Schema): boolean {
  try {
    fragment.toArray().forEach((child) => read(child, schema));
    return true;
  } catch {
    return false;
  }
}

class Unknown extends Error {}

function read(child: unknown, schema: Schema): Node[] {
  if (child instanceof Y.XmlText) return readText(child, schema);
  if (!(child instanceof Y.XmlElement)) throw new Unknown("neither text nor element");
  const type = schema.nodes[child.nodeName];
  if (!type) throw new Unknown(child.nodeName);
  const attributes = child.getAttributes() as Record<string, unknown>;
  for (const name of Object.keys(attributes)) {
    if (!(name in (type.spec.attrs ?? {}))) throw new Unknown(`${child.nodeName}.${name}`);
  }
  const content = child.toArray().flatMap((one) => read(one, schema));
  try {
    return [type.createChecked(attributes, content)];
  } catch (error) {
    // Two who rearrange at once may leave an empty shell, and that may go; words may not.
    if (content.some((node) => !isEmpty(node))) throw error;
    return [];
  }
}

function isEmpty(node: Node): boolean {
  let empty = true;
  node.descendants((inner) => {
    if (inner.isText || (inner.isAtom && inner.isLeaf)) empty = false;
  });
  return empty && !node.isText && !(node.isAtom && node.isLeaf);
}

function readText(text: Y.XmlText, schema: Schema): Node[] {
  const delta = text.toDelta() as { insert: unknown; attributes?: Record<string, Record<string, unknown>> }[];
  return delta.map(({ insert, attributes = {} }) => {
    if (typeof insert !== "string") throw new Unknown("something embedded");
    const marks = Object.entries(attributes).map(([name, attrs]) => {
      const type = schema.marks[name.replace(OVERLAPPING, "")];
      if (!type) throw new Unknown(name);
      for (const key of Object.keys(attrs)) if (!(key in (type.spec.attrs ?? {}))) throw new Unknown(`${name}.${key}`);
      return type.create(attrs);
    });
    return schema.text(insert, marks);
  });
}

/** The words of a text, a paragraph an entry, for reading where there can be no editor. */
export function wordsOf(fragment: Y.XmlFragment): string[] {
  return fragment
    .toArray()
    .map((child) => flat(child))
    .filter((words) => words !== "");
}

function flat(child: unknown): string {
  if (child instanceof Y.XmlText) {
    const delta = child.toDelta() as { insert: unknown }[];
    return delta.map(({ insert }) => (typeof insert === "string" ? insert : "")).join("");
  }
  if (child instanceof Y.XmlElement) {
    const latex = child.getAttribute("latex") as unknown;
    return typeof latex === "string" ? latex : child.toArray().map(flat).join("");
  }
  return "";
}
