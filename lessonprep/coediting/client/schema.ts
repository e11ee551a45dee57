/**
 * The schema of a text written together: lesson text, formulas, and the marks that only people at
 * work see: what a remark (批注) is about, what is proposed (建议).
 *
 * The server refuses writers whose `schema` differs; `schema.json`, made by the build, tells it.
 */

import { getSchema, Mark, type Extensions } from "@tiptap/core";

import { extensionsFor, lessonExtensions, schemaHash } from "../../plans/client/schema";
import { Formula } from "./formulas";

/** What a remark is about; texts may be about several. `id` is the remark's token. */
export const Comment = Mark.create({
  name: "comment",
  priority: 1300, // the outermost
  inclusive: false,
  excludes: "",
  addAttributes: () => ({ id: attribute("data-comment") }),
  parseHTML: () => [{ tag: "span[data-comment]" }],
  renderHTML: ({ HTMLAttributes }) => ["span", HTMLAttributes, 0],
});

function attribute(name: string, key = "id"): Record<string, unknown> {
  return {
    default: "",
    parseHTML: (element: HTMLElement) => element.getAttribute(name) ?? "",
    renderHTML: (attributes: Record<string, unknown>) => ({ [name]: attributes[key] as string }),
  };
}

function proposal(name: "insertion" | "deletion", tag: "ins" | "del", priority: number): Mark {
  return Mark.create({
    name,
    priority,
    inclusive: false,
    addAttributes: () => ({
      id: attribute("data-suggestion"),
      author: attribute("data-author", "author"),
    }),
    parseHTML: () => [{ tag: `${tag}[data-suggestion]`, priority: 60 }],
    renderHTML: ({ HTMLAttributes }) => [tag, HTMLAttributes, 0],
  });
}

export const Insertion = proposal("insertion", "ins", 1200);
export const Deletion = proposal("deletion", "del", 1150);

const OURS: Extensions = [Formula, Comment, Insertion, Deletion];

/** Nodes and marks for an editor that shows pictures from this address. */
export function sharedExtensions(address = ""): Extensions {
  return [...(address ? extensionsFor(address) : lessonExtensions), ...OURS];
}

export const sharedSchema = getSchema(sharedExtensions());
export const SCHEMA_HASH = schemaHash(sharedSchema);
