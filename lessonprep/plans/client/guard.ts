/**
 * The guard before an editor is mounted: what the schema does not know must never be deleted.
 *
 * ProseMirror drops unknown nodes and marks without a word. So the text is counted before and
 * after a passage through the schema; where something is missing, the editor stays shut.
 */

import { canonical } from "./schema";

const SAME_TAG: Record<string, string> = { b: "strong", i: "em", strike: "s", del: "s", ins: "u" };
const MARKS = new Set(["strong", "em", "u", "s", "sub", "sup"]);
const UNCOUNTED = new Set(["html", "head", "body", "p", "div", "thead", "tbody", "tfoot", "section"]);

type Inventory = Map<string, number>;

/** Whether the editor would give back everything that is in `html`. */
export function isLossless(html: string): boolean {
  const before = inspect(html);
  const after = inspect(canonical(html));
  if (before.words !== after.words) return false;
  return [...before.counts].every(([thing, count]) => (after.counts.get(thing) ?? 0) >= count);
}

function inspect(html: string): { words: string; counts: Inventory } {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  const counts: Inventory = new Map();
  for (const element of body.querySelectorAll("*")) {
    for (const [thing, count] of inElement(element)) {
      counts.set(thing, (counts.get(thing) ?? 0) + count);
    }
  }
  return { words: words(body), counts };
}

/** What an element brings: its tag for structure, characters for a mark, its foreign data. */
function* inElement(element: Element): Iterable<[string, number]> {
  const tag = SAME_TAG[element.localName] ?? element.localName;
  const data = element.getAttributeNames().filter((name) => name.startsWith("data-"));
  for (const name of data) yield [`${tag}[${name}]`, 1];
  for (const name of ["colspan", "rowspan", "start"]) {
    const value = Number(element.getAttribute(name) ?? 1);
    if (value > 1) yield [`${tag}[${name}]`, value];
  }
  if (tag === "a") yield [`a ${element.getAttribute("href") ?? ""}`, words(element).length];
  else if (MARKS.has(tag)) yield [tag, words(element).length];
  else if (!UNCOUNTED.has(tag) && tag !== "span") yield [tag, 1];
}

function words(element: Element): string {
  return (element.textContent ?? "").replace(/\s+/g, "");
}
