// The words of uploads, in the language of the page; numbers as people read them.

export type Texts = Record<
  | "reading" | "percent" | "speed" | "left" | "waiting" | "paused" | "joining" | "checking" | "done"
  | "failed" | "pause" | "resume" | "discard" | "remove" | "seconds" | "minutes" | "hours"
  | "then_saved" | "leave" | "begun" | "forget",
  string
>;

/** `%(name)s` is replaced by the value of that name. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text
    .replace(/%\((\w+)\)s/g, (whole, name: string) => String(values[name] ?? whole))
    .replace(/%%/g, "%");
}

/** ``612 MB``. */
export function amount(bytes: number): string {
  const units = ["B", "KB", "MB", "GB"];
  let value = bytes;
  let at = 0;
  while (value >= 1000 && at < units.length - 1) {
    value /= 1024;
    at += 1;
  }
  return `${at && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[at]}`;
}

/** A time that is left, rounded up. */
export function span(seconds: number, texts: Texts): string {
  if (seconds < 60) return fill(texts.seconds, { count: seconds });
  if (seconds < 5400) return fill(texts.minutes, { count: Math.ceil(seconds / 60) });
  return fill(texts.hours, { count: Math.ceil(seconds / 360) / 10 });
}
