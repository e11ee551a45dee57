/** A section as flat form fields (`body`, `rows-0-step`, …), the shape that is sent, kept and shown. */

export type Fields = Readonly<Record<string, string>>;

/** A section as the server tells it when somebody else changed it. */
export interface Theirs {
  heading?: string;
  body?: string;
  rows?: Record<string, string | number | null>[];
}

const ROW_FIELD = /^rows-([^-]+)-(.+)$/;

/** `rows-3-teacher` as row "3" and name `teacher`; null for a field outside the rows. */
export function rowField(name: string): { row: string; field: string } | null {
  const match = ROW_FIELD.exec(name);
  return match ? { row: match[1] as string, field: match[2] as string } : null;
}

export function flatten(theirs: Theirs): Fields {
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(theirs)) {
    if (name !== "rows") fields[name] = asText(value);
  }
  if (!theirs.rows) return fields;
  fields["rows-count"] = String(theirs.rows.length);
  theirs.rows.forEach((row, index) => {
    for (const [name, value] of Object.entries(row)) fields[`rows-${index}-${name}`] = asText(value);
  });
  return fields;
}

function asText(value: unknown): string {
  return value === null || value === undefined ? "" : String(value);
}

export function equal(one: Fields, other: Fields): boolean {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
  );
}
