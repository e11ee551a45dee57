/**
 * The page as one form: without a script every button sends all that was typed. With one, each
 * section becomes a form of its own, and what is sent whole takes the sections' texts along.
 */

import type { Fields } from "./fields";

export interface Part {
  readonly prefix: string;
  readonly busy: boolean;
  fields(): Fields;
}

const PATIENCE = 100;
const MOST_WAITS = 50;

/** Makes a form of each section of a whole form; the whole one stays, without sections. */
export function split(page: Document): void {
  for (const whole of page.querySelectorAll<HTMLFormElement>("form[data-whole]")) {
    const parts = [...whole.querySelectorAll<HTMLElement>("[data-section]")];
    const token = whole.querySelector('input[name="csrfmiddlewaretoken"]');
    const content = page.createElement("div");
    content.append(...whole.childNodes);
    whole.before(content);
    if (token) whole.append(token);
    for (const part of parts) part.replaceWith(formOf(part, token));
  }
}

function formOf(part: HTMLElement, token: Element | null): HTMLFormElement {
  const form = part.ownerDocument.createElement("form");
  form.method = "post";
  form.action = part.dataset.action ?? "";
  form.id = part.id;
  form.className = part.className;
  form.dataset.sectionEditor = "";
  form.dataset.user = part.dataset.user ?? "";
  form.dataset.prefix = part.dataset.prefix ?? "";
  for (const name of ["pictures", "picture"]) if (part.dataset[name]) form.dataset[name] = part.dataset[name];
  if (part.dataset.keep) form.dataset.keep = part.dataset.keep;
  if (token) form.append(token.cloneNode());
  form.append(...part.childNodes);
  const templates = [...form.querySelectorAll("template")].map((template) => template.content);
  for (const scope of [form, ...templates]) unprefix(scope, form.dataset.prefix);
  return form;
}

function unprefix(scope: ParentNode, prefix: string): void {
  for (const control of scope.querySelectorAll<HTMLInputElement>("[name]")) {
    if (control.name.startsWith(prefix)) control.name = control.name.slice(prefix.length);
  }
}

/** Lets what is sent whole (handing in a draft) take along what is written in the sections. */
export function takeAlong(page: Document, parts: () => Part[], leaving: () => void): void {
  let waits = 0;
  page.addEventListener("submit", (event) => {
    const whole = event.target as HTMLFormElement;
    if (!("whole" in whole.dataset) || event.defaultPrevented) return;
    if (parts().some((part) => part.busy) && waits < MOST_WAITS) {
      // A save is on its way: ours would meet it as somebody else's.
      event.preventDefault();
      waits += 1;
      const pressed = (event as SubmitEvent).submitter as HTMLElement | null;
      window.setTimeout(() => (pressed ? pressed.click() : whole.submit()), PATIENCE);
      return;
    }
    for (const old of whole.querySelectorAll("[data-along]")) old.remove();
    for (const part of parts()) append(whole, part);
    leaving();
  });
}

function append(whole: HTMLFormElement, part: Part): void {
  for (const [name, value] of Object.entries(part.fields())) {
    const input = whole.ownerDocument.createElement("input");
    input.type = "hidden";
    input.name = part.prefix + name;
    input.value = value;
    input.dataset.along = "";
    whole.append(input);
  }
}
