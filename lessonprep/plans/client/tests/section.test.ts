import { PROCESS_FORM, put, TEXT_FORM, TEXTS } from "./page";

import assert from "node:assert/strict";
import { test } from "node:test";

import { Section } from "../section";

function open(html: string): { section: Section; form: HTMLFormElement; changes: () => number } {
  const form = put<HTMLFormElement>(html);
  let changes = 0;
  const section = new Section(form, TEXTS, {
    changed: () => void (changes += 1),
    composed: () => undefined,
    dropped: () => undefined,
    pictures: () => false,
  });
  return { section, form, changes: () => changes };
}

const press = (form: HTMLFormElement, value: string): void =>
  form.querySelector<HTMLButtonElement>(`button[name="op"][value="${value}"]`)?.click();

test("a section sends its HTML in the place of its plain text", () => {
  const { section, form } = open(TEXT_FORM);

  assert.deepEqual({ ...section.fields() }, { body: "<p>目标</p>" });
  assert.equal(form.querySelector("textarea")?.disabled, true);
  assert.equal(section.firstBase, "base0");
});

test("the editor is named by the label of its field", () => {
  const { form } = open(TEXT_FORM);

  const box = form.querySelector("[role=textbox]");

  assert.equal(form.querySelector("label")?.id, box?.getAttribute("aria-labelledby"));
});

test("what the browser filled in from its history is not taken for the section's text", () => {
  const form = put<HTMLFormElement>(PROCESS_FORM);
  form.querySelector<HTMLInputElement>("[name=rows-0-step]")!.value = "from the history";

  const section = new Section(form, TEXTS, { changed() {}, composed() {}, dropped() {}, pictures: () => false });

  assert.equal(section.fields()["rows-0-step"], "Lead-in");
  assert.equal(form.autocomplete, "off");
});

test("rows are moved, and numbered in their new order", () => {
  const { section, form, changes } = open(PROCESS_FORM);
  press(form, "up-row:1");

  const fields = section.fields();

  assert.equal(fields["rows-0-uuid"], "u1");
  assert.equal(fields["rows-0-teacher"], "<p>读</p>");
  assert.equal(fields["rows-1-uuid"], "u0");
  assert.deepEqual([...form.querySelectorAll("[data-row-number]")].map((one) => one.textContent), ["1", "2"]);
  assert.equal(changes(), 1);
});

test("the first row cannot go further up, nor the last down", () => {
  const { section, form } = open(PROCESS_FORM);
  press(form, "up-row:0");
  press(form, "down-row:1");

  assert.equal(section.fields()["rows-0-uuid"], "u0");
});

test("a new row has a uuid of its own from the start, so that saving twice makes one row", () => {
  const { section, form } = open(PROCESS_FORM);
  press(form, "add-row");

  const fields = section.fields();

  assert.equal(fields["rows-count"], "3");
  assert.match(fields["rows-2-uuid"] ?? "", /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(fields["rows-2-teacher"], "");
  assert.equal(new Set([...form.querySelectorAll("[id]")].map(({ id }) => id)).size, form.querySelectorAll("[id]").length);
});

test("a removed row can be put back where it was, with its text", () => {
  const { section, form } = open(PROCESS_FORM);
  press(form, "remove-row:0");
  assert.equal(section.fields()["rows-count"], "1");
  assert.equal(section.fields()["rows-0-uuid"], "u1");

  form.querySelector<HTMLButtonElement>(".notice button")?.click();

  assert.equal(section.fields()["rows-0-uuid"], "u0");
  assert.equal(section.fields()["rows-0-teacher"], "<p>问</p>");
});

test("fields of another make of the section fill the form, rows and all", () => {
  const { section, changes } = open(PROCESS_FORM);
  const theirs = section.fieldsOf({
    heading: "教学过程",
    rows: [{ uuid: "u9", step: "小结", minutes: 10, teacher: "<p>板书</p>", pupils: "", intent: "" }],
  });
  section.apply(theirs);

  const fields = section.fields();

  assert.deepEqual({ ...fields }, {
    "rows-count": "1", "rows-0-uuid": "u9", "rows-0-step": "小结", "rows-0-minutes": "10",
    "rows-0-teacher": "<p>板书</p>", "rows-0-pupils": "", "rows-0-intent": "",
  });
  assert.equal(changes(), 0);
});

test("a fingerprint sees what is said, not how the server writes it or names its rows", () => {
  const { section } = open(PROCESS_FORM);
  const one = { "rows-count": "1", "rows-0-uuid": "a", "rows-0-teacher": '<p><a href="/x">一</a></p>', "rows-0-step": "导入" };
  const other = { ...one, "rows-0-uuid": "b", "rows-0-teacher": '<p><a href="/x" rel="noopener">一</a></p>\n', "rows-0-step": "导入 " };

  assert.equal(section.fingerprint(one), section.fingerprint(other));
  assert.notEqual(section.fingerprint(one), section.fingerprint({ ...one, "rows-0-step": "小结" }));
});

test("a description shows labels and text, and nothing that runs", () => {
  const { section } = open(PROCESS_FORM);

  const told = section.describe({
    "rows-count": "1", "rows-0-uuid": "secret", "rows-0-step": "<b>导入</b>", "rows-0-teacher": "<p>问<img src=x onerror=alert(1)></p>",
  });

  assert.equal(told.textContent, "step <b>导入</b>teacher问");
  assert.equal(told.querySelector("img"), null);
});

test("text with a formula is shown, not opened, and sent back letter by letter", () => {
  const html = '<p>由<span data-latex="x^2"></span>得</p>';
  const { section, form } = open(TEXT_FORM.replace('"<p>目标</p>"', JSON.stringify(html)));

  assert.equal(section.fields().body, html);
  assert.equal(form.querySelector("[contenteditable=true]"), null);
  assert.equal(form.querySelector(".editor .notice")?.textContent, "guarded");
});

test("typing in an unnamed field, as the address of a link, is no change of the section", () => {
  const { form, changes } = open(TEXT_FORM);
  const address = form.appendChild(document.createElement("input"));
  address.dispatchEvent(new Event("input", { bubbles: true }));

  assert.equal(changes(), 0);
});
