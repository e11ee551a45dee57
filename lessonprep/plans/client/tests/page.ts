/** A page for tests under Node: to be imported first. */

import { JSDOM } from "jsdom";

const dom = new JSDOM("<!doctype html><html lang='en'><body></body></html>", {
  url: "https://school.example/workspace/plans/1/",
  pretendToBeVisual: true,
});

const names = [
  "navigator", "document", "DOMParser", "Node", "NodeFilter", "Element", "HTMLElement", "HTMLInputElement", "Text",
  "MutationObserver", "FormData", "Event", "KeyboardEvent", "InputEvent", "CustomEvent", "getSelection",
  "getComputedStyle", "localStorage", "Storage", "Blob", "File", "innerHeight", "requestAnimationFrame", "cancelAnimationFrame",
] as const;

const everywhere = globalThis as unknown as Record<string, unknown>;
everywhere.window = dom.window;
for (const name of names) {
  Object.defineProperty(globalThis, name, {
    configurable: true,
    writable: true,
    value: (dom.window as unknown as Record<string, unknown>)[name],
  });
}
// jsdom does not lay pages out; ProseMirror asks where the cursor is.
const nowhere = { top: 0, left: 0, right: 0, bottom: 0, width: 0, height: 0, x: 0, y: 0, toJSON: () => ({}) };
dom.window.Range.prototype.getBoundingClientRect = () => nowhere as DOMRect;
dom.window.Range.prototype.getClientRects = () => [] as unknown as DOMRectList;
dom.window.document.elementFromPoint = () => null;

export { dom };

export const TEXTS = (key: string, value = ""): string => (value ? `${key}(${value})` : key);

/** Lets promises that are settled run on. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

export function put<T extends Element>(html: string): T {
  document.body.innerHTML = html;
  return document.body.firstElementChild as T;
}

const cell = (row: string, name: string): string =>
  `<label for="id-${row}-${name}">${name}</label>
   <textarea id="id-${row}-${name}" name="rows-${row}-${name}_text" data-rich></textarea>`;

const row = (index: string, uuid: string, step: string): string => `
  <fieldset data-process-row>
    <legend>Step <span data-row-number>${index}</span></legend>
    <input type="hidden" name="rows-${index}-uuid" value="${uuid}">
    <label>step <input name="rows-${index}-step" value="${step}"></label>
    <label>minutes <input name="rows-${index}-minutes" value=""></label>
    ${cell(index, "teacher")}${cell(index, "pupils")}${cell(index, "intent")}
    <button name="op" value="up-row:${index}">Up</button>
    <button name="op" value="down-row:${index}">Down</button>
    <button name="op" value="remove-row:${index}">Remove</button>
  </fieldset>`;

export const PROCESS_FORM = `
  <form method="post" action="/workspace/plans/1/sections/3/" data-section-editor data-user="7">
    <input type="hidden" name="csrfmiddlewaretoken" value="token">
    <input type="hidden" name="base" value="base0">
    <input type="hidden" name="rows-count" value="2">
    <div data-process-rows>${row("0", "u0", "Lead-in")}${row("1", "u1", "Reading")}</div>
    <template data-row-template>${row("__i__", "", "")}</template>
    <button name="op" value="add-row">Add</button>
    <script type="application/json">{"rows-0-teacher": "<p>问</p>", "rows-1-teacher": "<p>读</p>"}</script>
    <p data-saving></p><button>Save</button>
  </form>`;

export const TEXT_FORM = `
  <form method="post" action="/workspace/plans/1/sections/2/" data-section-editor data-user="7">
    <input type="hidden" name="csrfmiddlewaretoken" value="token">
    <input type="hidden" name="base" value="base0">
    <label for="body">Aims</label><textarea id="body" name="body_text" data-rich>目标</textarea>
    <script type="application/json">{"body": "<p>目标</p>"}</script>
    <p data-saving></p><button>Save</button>
  </form>`;
