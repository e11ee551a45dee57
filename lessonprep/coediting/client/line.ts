/** The line that tells where the text is, for the whole page; the tools repeat it. */

import { copy } from "../../plans/client/clipboard";
import { button, element } from "../../plans/client/parts";
import type { State } from "./provider";
import type { Words } from "./words";

const CLASSES: Record<State["name"], string> = {
  connecting: "saving mute",
  saved: "saving ok",
  saving: "saving mute",
  offline: "saving wait",
  aside: "saving wait",
  stopped: "saving late",
};

export class Line {
  /** The same words beside the tools of each section; the line itself is what is read out. */
  readonly echoes: HTMLElement[] = [];
  private panel: HTMLElement | null = null;
  private wasTrouble = false;

  constructor(
    private readonly line: HTMLElement,
    private readonly words: Words,
    private readonly mine: () => HTMLElement,
  ) {
    line.setAttribute("role", "status");
  }

  echo(): HTMLElement {
    const one = element("span", this.line.className, this.line.textContent ?? "");
    one.setAttribute("aria-hidden", "true");
    this.echoes.push(one);
    return one;
  }

  show(state: State): void {
    const text = this.say(state);
    const trouble = state.name === "offline" || state.name === "aside" || state.name === "stopped";
    // A reader is told of trouble and of its end, not of every save.
    this.line.setAttribute("aria-live", trouble || this.wasTrouble ? "polite" : "off");
    if (state.name !== "saving") this.wasTrouble = trouble;
    this.line.dataset.state = state.name;
    for (const place of [this.line, ...this.echoes]) {
      place.className = CLASSES[state.name];
      if (place.textContent !== text) place.textContent = text;
    }
    if (state.name === "stopped") this.explain(state);
    else this.close();
  }

  /** Says what happened and what to do, with what was typed to take along. */
  private explain(state: State & { name: "stopped" }): void {
    const key = `${state.why}:${String(state.unsaved)}`;
    if (this.panel?.dataset.why === key) return;
    this.close();
    const { words } = this;
    const panel = element("div", "notice bad stopped", element("p", "", words(`stop_${state.why}`)));
    panel.dataset.why = key;
    panel.setAttribute("role", "alert");
    const actions = element("p", "row");
    if (state.unsaved) actions.append(this.copying(panel));
    if (state.why !== "signed_out") actions.append(button(words("reload"), "btn s", () => window.location.reload()));
    panel.append(actions);
    this.line.closest("[data-live-line]")?.after(panel);
    this.panel = panel;
  }

  private copying(panel: HTMLElement): HTMLElement {
    const pressed = button(this.words("copy_mine"), "btn s", () => {
      const mine = this.mine();
      panel.append(mine);
      const done = copy(mine);
      if (done) mine.remove();
      pressed.textContent = this.words(done ? "copied" : "copy_by_hand");
    });
    return pressed;
  }

  private close(): void {
    this.panel?.remove();
    this.panel = null;
  }

  private say(state: State): string {
    const { words } = this;
    switch (state.name) {
      case "connecting":
        return words("connecting");
      case "saved":
        return state.at === null ? words("saved_all") : words("saved", time(state.at));
      case "saving":
        return words("saving");
      case "offline":
        if (!state.unsaved) return words("offline_nothing");
        return words(state.kept ? "kept" : "not_kept");
      case "aside":
        return words("aside");
      case "stopped":
        return state.unsaved ? words("not_saved", words(`stop_${state.why}`)) : words(`stop_${state.why}`);
    }
  }
}

function time(at: number): string {
  const moment = new Date(at);
  return [moment.getHours(), moment.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
}
