/** The editor of lesson plans (教案): makes the plain section forms of a page write by themselves. */

import "./old-browsers";

import { isShared } from "./computer";
import { eraseAll, eraseOld } from "./drafts";
import { SectionEditor } from "./editor";
import { schemaHash } from "./schema";
import { readTexts } from "./texts";
import { split, takeAlong } from "./whole";

function start(page: Document): void {
  split(page);
  const forms = page.querySelectorAll<HTMLFormElement>("form[data-section-editor]");
  if (forms.length === 0) return;
  const storage = deviceStorage();
  if (storage) eraseOld(storage, Date.now());
  const texts = readTexts(page);
  const editors: SectionEditor[] = [];
  let leaving = false;
  page.documentElement.dataset.editorSchema = schemaHash();

  for (const form of forms) {
    const kept = form.dataset.keep === "no" ? null : storage;
    // One after the other, so that a long plan can be read and scrolled meanwhile.
    window.setTimeout(() => {
      editors.push(new SectionEditor(form, texts, kept));
      form.dataset.ready = "";
    });
  }

  const all = (act: (editor: SectionEditor) => void) => () => editors.forEach(act);
  page.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
    event.preventDefault();
    all((editor) => editor.autosave.flush())();
  });
  page.addEventListener("visibilitychange", () => {
    if (page.visibilityState === "hidden") all((editor) => editor.autosave.leave())();
    else all((editor) => editor.autosave.returned())();
  });
  page.addEventListener("submit", (event) => {
    if ((event.target as Element).matches("[data-sign-out]") && !event.defaultPrevented) eraseAll(storage);
  });
  takeAlong(
    page,
    () => editors.filter((editor) => editor.prefix && editor.autosave.unacknowledged),
    () => (leaving = true),
  );
  window.addEventListener("pageshow", () => (leaving = false));
  window.addEventListener("focus", all((editor) => editor.autosave.returned()));
  window.addEventListener("online", all((editor) => editor.autosave.online()));
  window.addEventListener("pagehide", () => {
    if (!leaving) all((editor) => editor.autosave.leave())();
  });
  window.addEventListener("beforeunload", (event) => {
    if (leaving || !editors.some((editor) => editor.autosave.unacknowledged)) return;
    event.preventDefault();
    event.returnValue = "";
  });
}

/** Null where the browser forbids it, and on a computer that others use. */
function deviceStorage(): Storage | null {
  try {
    return isShared(document) ? null : window.localStorage;
  } catch {
    return null;
  }
}

start(document);
