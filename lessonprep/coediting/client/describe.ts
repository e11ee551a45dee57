/** The schema for the server: names, attributes, ranks of marks, and the hash that a writer shows. */

import { SCHEMA_HASH, sharedSchema } from "./schema";

type Specs = Record<string, { default?: unknown }> | null | undefined;

function attributes(specs: Specs): Record<string, unknown> {
  const entries = Object.entries(specs ?? {}).map(([name, spec]) => [name, spec.default ?? null]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}

const nodes = Object.entries(sharedSchema.nodes).map(([name, { spec }]) => [
  name,
  { attrs: attributes(spec.attrs as Specs), content: spec.content ?? "", inline: Boolean(spec.inline) },
]);
const marks = Object.entries(sharedSchema.marks).map(([name, type], rank) => [
  name,
  { attrs: attributes(type.spec.attrs as Specs), rank, overlaps: !type.excludes(type) },
]);

export const description = {
  hash: SCHEMA_HASH,
  nodes: Object.fromEntries(nodes) as object,
  marks: Object.fromEntries(marks) as object,
};
