/** The form of one section: what it holds, how it is filled, when it changes. */

import { digest } from "./digest";
import { flatten, rowField, type Fields, type Theirs } from "./fields";
import { showPictures } from "./pictures";
import { RichText, type RichTextEvents } from "./rich";
import { Rows } from "./rows";
import { canonical } from "./schema";
import type { Texts } from "./texts";

const NOT_TEXT = new Set(["csrfmiddlewaretoken", "base", "op"]);
const COMPOSED_AFTER = 60; // ms: ProseMirror reads the finished composition a moment after its end

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

export interface SectionEvents {
  changed(): void;
  composed(): void;
  dropped(): void;
  pictures: RichTextEvents["pictures"];
}

export class Section {
  composing = false;
  readonly rows: Rows | null;
  private readonly rich = new Map<HTMLTextAreaElement, RichText>();
  private readonly initial: Record<string, string>;

  constructor(
    readonly form: HTMLFormElement,
    private readonly texts: Texts,
    private readonly events: SectionEvents,
  ) {
    // A browser that goes back in its history fills old values in; ours are kept as drafts.
    form.autocomplete = "off";
    form.reset();
    const source = form.querySelector('script[type="application/json"]')?.textContent;
    this.initial = source ? (JSON.parse(source) as Record<string, string>) : {};
    this.rows = Rows.of(form, texts, {
      made: (row) => this.mount(row),
      changed: () => events.changed(),
    });
    this.mount(form);
    this.listen();
  }

  /** The hash of the text this form was made from, as the server wrote it. */
  get firstBase(): string {
    return this.form.querySelector<HTMLInputElement>('input[name="base"]')?.value ?? "";
  }

  /** The rich text that holds `element`, if any. */
  richAt(element: Node): RichText | null {
    return this.present().find((rich) => rich.editor?.view.dom.contains(element)) ?? null;
  }

  fields(): Fields {
    const fields: Record<string, string> = {};
    new FormData(this.form).forEach((value, name) => {
      if (!NOT_TEXT.has(name) && typeof value === "string") fields[name] = value;
    });
    for (const rich of this.present()) fields[rich.name] = rich.html;
    return fields;
  }

  /** Fills the form; not reported as a change. */
  apply(fields: Fields): void {
    this.rows?.remake(Number(fields["rows-count"] ?? 0));
    for (const control of this.controls(this.form)) {
      const value = fields[control.name];
      if (value !== undefined && !NOT_TEXT.has(control.name)) control.value = value;
    }
    for (const rich of this.present()) rich.load(fields[rich.name] ?? "");
  }

  /** What the server holds, as fields of this form. */
  fieldsOf(theirs: Theirs): Fields {
    const known = new Set(this.labels().keys());
    const fields = Object.entries(flatten(theirs)).filter(
      ([name]) => known.has(rowField(name)?.field ?? name) || name === "rows-count",
    );
    return Object.fromEntries(fields);
  }

  /** Texts with the same fingerprint say the same, whoever wrote their HTML. */
  fingerprint(fields: Fields): string {
    const entries = Object.entries(fields).filter(([name]) => rowField(name)?.field !== "uuid");
    const plain = entries.map(([name, value]) => [
      name,
      this.isRich(name) ? canonical(value) : value.trim(),
    ]);
    return digest(JSON.stringify(plain.sort(([one], [other]) => (String(one) < String(other) ? -1 : 1))));
  }

  /** The fields as something to read and to copy: labels, and the text under each. */
  describe(fields: Fields): HTMLElement {
    const page = this.form.ownerDocument;
    const text = page.createElement("div");
    text.className = "lesson";
    const labels = this.labels();
    const told = [...labels.values()].filter((label) => label !== null);
    if (told.length === 1) text.classList.add("one-field"); // its label is the section's heading
    const rows = Number(fields["rows-count"] ?? 0);
    for (const [name, label] of labels) {
      const value = fields[name];
      if (value !== undefined && label !== null) text.append(...this.told(label, value, this.isRich(name)));
    }
    for (let row = 0; row < rows; row += 1) {
      for (const [field, label] of labels) {
        const value = fields[`rows-${row}-${field}`];
        if (value && label !== null) text.append(...this.told(label, value, this.isRich(`rows-0-${field}`)));
      }
      if (row < rows - 1) text.append(page.createElement("hr"));
    }
    return text;
  }

  private told(label: string, value: string, rich: boolean): HTMLElement[] {
    const page = this.form.ownerDocument;
    const heading = page.createElement("p");
    heading.className = "flat";
    const name = page.createElement("b");
    name.textContent = label;
    heading.append(name);
    if (!rich) heading.append(` ${value}`);
    const text = page.createElement("div");
    text.innerHTML = rich ? canonical(value) : ""; // only what the schema writes
    showPictures(text, this.form.dataset.picture ?? "");
    return rich ? [heading, text] : [heading];
  }

  private present(): RichText[] {
    return [...this.rich.values()].filter((rich) => this.form.contains(rich.textarea));
  }

  private mount(scope: ParentNode): void {
    for (const textarea of scope.querySelectorAll<HTMLTextAreaElement>("textarea[data-rich]")) {
      const html = this.initial[textarea.name.replace(/_text$/, "")] ?? "";
      const rich = new RichText(textarea, html, this.texts, {
        changed: () => this.events.changed(),
        dropped: () => this.events.dropped(),
        pictures: (...what) => this.events.pictures(...what),
      }, this.form.dataset.picture);
      this.rich.set(textarea, rich);
    }
  }

  /** Field names (of rows without their number) with their labels; null for a hidden field. */
  private labels(): Map<string, string | null> {
    const labels = new Map<string, string | null>();
    const model = this.rows ? this.controls(this.rows.model) : [];
    for (const control of [...this.controls(this.form), ...model]) {
      const name = (rowField(control.name)?.field ?? control.name).replace(/_text$/, "");
      if (!NOT_TEXT.has(name) && !labels.has(name) && name !== "rows-count") {
        labels.set(name, control.type === "hidden" ? null : labelOf(control));
      }
    }
    return labels;
  }

  private isRich(name: string): boolean {
    const field = rowField(name)?.field ?? name;
    const scopes: ParentNode[] = [this.form, ...(this.rows ? [this.rows.model] : [])];
    return scopes.some((scope) =>
      [...scope.querySelectorAll<HTMLTextAreaElement>("textarea[data-rich]")].some(
        (area) => (rowField(area.name)?.field ?? area.name) === `${field}_text`,
      ),
    );
  }

  private controls(scope: ParentNode): Control[] {
    return [...scope.querySelectorAll<Control>("input[name], textarea[name], select[name]")];
  }

  private listen(): void {
    const { form } = this;
    for (const name of ["input", "change"]) {
      form.addEventListener(name, (event) => {
        if ((event.target as Control).name) this.events.changed();
      });
    }
    form.addEventListener("compositionstart", () => (this.composing = true));
    form.addEventListener("compositionend", () => {
      this.composing = false;
      window.setTimeout(() => this.events.composed(), COMPOSED_AFTER);
    });
  }
}

function labelOf(control: Control): string {
  const root = control.getRootNode() as ParentNode;
  const label =
    control.closest("label") ??
    (control.id ? root.querySelector(`label[for="${control.id}"]`) : null);
  if (!label) return control.getAttribute("aria-label") ?? "";
  const words = (label.querySelector("b") ?? label).cloneNode(true) as Element;
  for (const inner of words.querySelectorAll("input, textarea, select, small")) inner.remove();
  return (words.textContent ?? "").trim();
}
