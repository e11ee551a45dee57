// Forms with `data-uploads`: their file fields upload in parts; without a script they send files
// with the form.

import { FileField } from "./field";
import { Begun, Server } from "./server";
import { amount, fill, Texts } from "./texts";

function enhance(form: HTMLFormElement, texts: Texts): void {
  const token = form.querySelector<HTMLInputElement>("[name=csrfmiddlewaretoken]")?.value ?? "";
  const server = new Server(form.dataset.uploads!, token);
  const school = form.dataset.school ?? "";
  let pressed: HTMLElement | null = null;
  const say = (words: string): void => {
    const place = document.querySelector("[data-toasts]");
    if (place) place.textContent = words;
  };
  const changed = (): void => {
    if (!pressed || fields.some((field) => field.isActive)) return;
    const submitter = pressed;
    pressed = null;
    submitter.removeAttribute("aria-busy");
    submitter.click();
  };
  const fields: FileField[] = [];
  for (const input of form.querySelectorAll<HTMLInputElement>("input[type=file]")) {
    const kept = form.querySelector<HTMLInputElement>(`input[name="${input.name}_kept"]`);
    if (kept) fields.push(new FileField(input, kept, server, school, texts, changed));
  }
  form.addEventListener("submit", (event) => {
    const submitter = (event as SubmitEvent).submitter as HTMLButtonElement | null;
    if (submitter?.name === "row" || !fields.some((field) => field.isActive)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    pressed = submitter ?? form.querySelector("button.main");
    pressed?.setAttribute("aria-busy", "true");
    say(texts.then_saved);
  });
  window.addEventListener("beforeunload", (event) => {
    if (!fields.some((field) => field.isActive)) return;
    event.preventDefault();
    event.returnValue = texts.leave;
  });
  void server.begun().then((begun) => remind(form, server, begun, texts)).catch(() => undefined);
}

/** What was begun and not finished: the same file, chosen again, goes on where it broke off. */
function remind(form: HTMLFormElement, server: Server, begun: Begun[], texts: Texts): void {
  for (const one of begun.slice(0, 3)) {
    const words = document.createElement("p");
    words.className = "small soft";
    words.textContent = fill(texts.begun, { name: one.name, size: amount(one.size) });
    const forget = document.createElement("button");
    forget.type = "button";
    forget.className = "btn text s";
    forget.textContent = texts.forget;
    forget.addEventListener("click", () => {
      void server.discard(one.id).then(() => words.remove());
    });
    words.append(" ", forget);
    form.querySelector("input[type=file]")?.closest(".field")?.prepend(words);
  }
}

const source = document.getElementById("upload-texts");
if (source && "fetch" in window && "AbortController" in window) {
  const texts = JSON.parse(source.textContent ?? "{}") as Texts;
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-uploads]")) enhance(form, texts);
}
