import "./page";

import assert from "node:assert/strict";
import { test } from "node:test";

import { split, takeAlong, type Part } from "../whole";

const PAGE = `<div><form id="whole" data-whole method="post" action="/draft/sections/">
  <input type="hidden" name="csrfmiddlewaretoken" value="token">
  <section data-section data-action="/draft/sections/1/" data-prefix="s-1-" data-user="7" id="s-1" class="sheet">
    <input type="hidden" name="s-1-base" value="b0">
    <textarea name="s-1-body_text"></textarea>
    <template><input name="s-1-rows-__i__-step"></template>
    <button name="s-1-op" value="add-row">Add</button>
  </section>
</form></div>`;

function opened(): Document {
  const page = new DOMParser().parseFromString(PAGE, "text/html");
  split(page);
  return page;
}

test("each section becomes a form of its own, with names of its own", () => {
  const page = opened();

  const form = page.querySelector<HTMLFormElement>("form[data-section-editor]");
  assert.equal(form?.getAttribute("action"), "/draft/sections/1/");
  assert.deepEqual(
    [...(form?.querySelectorAll<HTMLInputElement>("[name]") ?? [])].map((one) => one.name),
    ["csrfmiddlewaretoken", "base", "body_text", "op"],
  );
  const template = form?.querySelector("template")?.content;
  assert.equal(template?.querySelector("input")?.name, "rows-__i__-step");
  assert.equal(form?.closest("[data-whole]"), null);
});

function send(part: Part): { names: string[]; prevented: boolean; left: boolean } {
  let left = false;
  const page = opened();
  takeAlong(page, () => [part], () => (left = true));
  const whole = page.querySelector<HTMLFormElement>("#whole") as HTMLFormElement;
  const event = new Event("submit", { bubbles: true, cancelable: true });
  whole.dispatchEvent(event);
  const names = [...whole.querySelectorAll<HTMLInputElement>("[data-along]")].map((one) => one.name);
  return { names, prevented: event.defaultPrevented, left };
}

test("what is sent whole takes the unsaved texts along", () => {
  const sent = send({ prefix: "s-1-", busy: false, fields: () => ({ body: "<p>x</p>", base: "b1" }) });

  assert.deepEqual(sent, { names: ["s-1-body", "s-1-base"], prevented: false, left: true });
});

test("it waits for a save that is on its way", () => {
  const sent = send({ prefix: "s-1-", busy: true, fields: () => ({}) });

  assert.deepEqual(sent, { names: [], prevented: true, left: false });
});
