/** The line that tells where the text is: saved, being saved, on this device, or not saved and why. */

import type { State } from "./autosave";
import { copy } from "./clipboard";
import { button, element } from "./parts";
import type { Texts } from "./texts";

export interface SavingEvents {
  retry(): void;
  mine(): HTMLElement;
}

const CLASSES: Record<State["name"], string> = {
  untouched: "saving",
  saving: "saving mute",
  saved: "saving ok",
  waiting: "saving wait",
  refused: "saving late",
  stale: "saving late",
};

export class SavingLine {
  private readonly line: HTMLElement;
  /** The same words beside the tools, which stay in view; the line is what is read out. */
  readonly echo = element("span", "saving");

  constructor(
    form: HTMLFormElement,
    private readonly texts: Texts,
    private readonly events: SavingEvents,
  ) {
    this.line = form.querySelector<HTMLElement>("[data-saving]") ?? form.appendChild(element("p"));
    this.line.setAttribute("role", "status");
    this.line.tabIndex = -1;
    this.echo.setAttribute("aria-hidden", "true");
  }

  show(state: State): void {
    // A reader is told of trouble and of its end, not of every save.
    const routine = state.name === "saving" || state.name === "saved";
    const wasTrouble = this.line.dataset.saving === "waiting" || this.line.dataset.saving === "refused";
    this.line.setAttribute("aria-live", routine && !wasTrouble ? "off" : "polite");
    if (state.name !== "saving") this.line.dataset.saving = state.name;
    this.line.dataset.state = state.name;
    this.line.className = this.echo.className = CLASSES[state.name];
    const words = this.words(state);
    this.echo.textContent = words;
    // The button that was pressed goes away; the keyboard stays at its place.
    if (this.line.contains(document.activeElement)) this.line.focus();
    this.line.replaceChildren(words, ...this.actions(state));
  }

  private words(state: State): string {
    switch (state.name) {
      case "untouched":
        return "";
      case "saving":
        return this.texts("saving");
      case "saved":
        return this.texts("saved", state.at);
      case "waiting":
        if (!state.kept) return this.texts("not_kept");
        return this.texts(state.busy ? "kept_busy" : "kept");
      case "refused":
        return this.texts("not_saved", state.reason);
      case "stale":
        return this.texts("stale_title");
    }
  }

  private actions(state: State): (Node | string)[] {
    if (state.name !== "refused") return [];
    const retry = button(this.texts("retry"), "btn s", () => this.events.retry());
    const taken = button(this.texts("copy_mine"), "btn s text", () => this.copy(taken));
    return [" ", retry, " ", taken];
  }

  private copy(pressed: HTMLElement): void {
    const mine = this.events.mine();
    this.line.after(mine);
    const done = copy(mine);
    if (done) mine.remove();
    pressed.textContent = this.texts(done ? "copied" : "copy_by_hand");
  }
}
