/** The rows of a teaching process: added, removed and moved at once, renumbered for the server. */

import type { Texts } from "./texts";

const ROW = "[data-process-row]";
const PLACE = "__i__";

export interface RowEvents {
  /** A new row stands in the form and its rich texts want editors. */
  made(row: HTMLElement): void;
  changed(): void;
}

export class Rows {
  private made = 0;

  private constructor(
    private readonly form: HTMLFormElement,
    private readonly list: HTMLElement,
    private readonly template: HTMLTemplateElement,
    private readonly texts: Texts,
    private readonly events: RowEvents,
  ) {
    form.addEventListener("click", (event) => this.clicked(event));
  }

  /** The rows of a form, or null for one without; its buttons then work by the server. */
  static of(form: HTMLFormElement, texts: Texts, events: RowEvents): Rows | null {
    const list = form.querySelector<HTMLElement>("[data-process-rows]");
    const template = form.querySelector<HTMLTemplateElement>("template[data-row-template]");
    return list && template ? new Rows(form, list, template, texts, events) : null;
  }

  all(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>(ROW)];
  }

  /** The template's own controls: they know the fields and labels that a row has. */
  get model(): DocumentFragment {
    return this.template.content;
  }

  /** Takes all rows away and puts `count` empty ones in their place; not reported as a change. */
  remake(count: number): void {
    this.list.replaceChildren();
    for (let index = 0; index < count; index += 1) this.make();
    this.renumber();
  }

  private clicked(event: Event): void {
    const button = (event.target as Element).closest<HTMLButtonElement>('button[name="op"]');
    if (!button) return;
    event.preventDefault();
    const row = button.closest<HTMLElement>(ROW);
    const operation = button.value.split(":")[0];
    if (operation === "add-row") this.add();
    else if (row && operation === "remove-row") this.remove(row);
    else if (row && operation === "up-row") this.move(row, row.previousElementSibling, button);
    else if (row && operation === "down-row") this.move(row.nextElementSibling, row, button);
    this.renumber();
    this.events.changed();
  }

  private add(): void {
    const row = this.make();
    this.renumber();
    row.querySelector<HTMLElement>("input:not([type=hidden]), .lesson")?.focus();
  }

  private make(): HTMLElement {
    const place = `new${(this.made += 1)}`;
    const content = this.template.content.cloneNode(true) as DocumentFragment;
    for (const element of content.querySelectorAll("*")) {
      for (const name of element.getAttributeNames()) {
        const value = element.getAttribute(name) ?? "";
        if (value.includes(PLACE)) element.setAttribute(name, value.split(PLACE).join(place));
      }
    }
    const row = content.querySelector<HTMLElement>(ROW) as HTMLElement;
    const uuid = row.querySelector<HTMLInputElement>('input[name$="-uuid"]');
    if (uuid) uuid.value = randomUuid();
    this.list.append(row);
    this.events.made(row);
    return row;
  }

  /** The row is kept behind a line that says so, until the page is left. */
  private remove(row: HTMLElement): void {
    const page = row.ownerDocument;
    const line = page.createElement("p");
    line.className = "notice";
    line.setAttribute("role", "status");
    const undo = page.createElement("button");
    undo.type = "button";
    undo.className = "btn s";
    undo.textContent = this.texts("row_restore");
    undo.addEventListener("click", () => {
      line.replaceWith(row);
      this.renumber();
      row.querySelector<HTMLElement>("input:not([type=hidden])")?.focus();
      this.events.changed();
    });
    line.append(this.texts("row_removed"), " ", undo);
    row.replaceWith(line);
    undo.focus();
  }

  private move(row: Element | null, before: Element | null, button: HTMLElement): void {
    if (!row || !before) return;
    before.before(row);
    button.focus(); // moving an element in the page takes the focus from it
  }

  private renumber(): void {
    const rows = this.all();
    rows.forEach((row, index) => {
      for (const control of row.querySelectorAll<HTMLInputElement>("[name^='rows-']")) {
        control.name = control.name.replace(/^rows-[^-]+-/, `rows-${index}-`);
      }
      for (const button of row.querySelectorAll<HTMLButtonElement>('button[name="op"]')) {
        button.value = button.value.replace(/:.*$/, `:${index}`);
      }
      const number = row.querySelector("[data-row-number]");
      if (number) number.textContent = String(index + 1);
    });
    const count = this.form.querySelector<HTMLInputElement>('input[name="rows-count"]');
    if (count) count.value = String(rows.length);
  }
}

/** A version 4 uuid; `crypto.randomUUID` is missing on plain http and in old browsers. */
export function randomUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
