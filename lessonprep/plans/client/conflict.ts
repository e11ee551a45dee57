/** Two texts side by side after a stale save: nothing is lost until someone chooses. */

import { copy } from "./clipboard";
import { button, element } from "./parts";
import type { Conflict } from "./server";
import type { Texts } from "./texts";

export interface ConflictEvents {
  takeTheirs(): void;
  putMine(): void;
}

let lastId = 0;

export class ConflictPanel {
  private panel: HTMLElement | null = null;
  private mine: HTMLElement = element("div");

  constructor(
    private readonly form: HTMLFormElement,
    private readonly texts: Texts,
    private readonly events: ConflictEvents,
  ) {}

  get isOpen(): boolean {
    return this.panel !== null;
  }

  open(conflict: Conflict, mine: HTMLElement, theirs: HTMLElement): void {
    this.panel?.remove();
    this.mine = mine;
    const id = `editor-conflict-${(lastId += 1)}`;
    const title = element("h3", "", this.texts("stale_title"));
    title.id = id;
    title.tabIndex = -1;
    const whose = conflict.by ? this.texts("stale_theirs", conflict.by) : this.texts("stale_theirs_unnamed");
    const theirsTitle = element("h4", "", whose, " ", element("small", "", conflict.savedAt));
    const panel = element(
      "section",
      "conflict",
      title,
      element("p", "soft", this.texts("stale_help")),
      element(
        "div",
        "vs two",
        element("div", "base", element("h4", "", this.texts("stale_mine")), mine),
        element("div", "", theirsTitle, theirs),
      ),
      this.choices(),
    );
    panel.setAttribute("aria-labelledby", id);
    // Outside the form: its headings and text are no fields of the section.
    this.form.before(panel);
    this.panel = panel;
    title.focus();
  }

  /** The writer goes on in the editor below: the column shows the text as it is now. */
  update(mine: HTMLElement): void {
    this.mine.replaceWith(mine);
    this.mine = mine;
  }

  close(): void {
    this.panel?.remove();
    this.panel = null;
  }

  private choices(): HTMLElement {
    const copying = button(this.texts("copy_mine"), "btn", () => {
      copying.textContent = this.texts(copy(this.mine) ? "copied" : "copy_by_hand");
    });
    return element(
      "p",
      "row",
      copying,
      button(this.texts("take_theirs"), "btn", () => this.events.takeTheirs()),
      button(this.texts("put_mine"), "btn stop", () => this.events.putMine()),
    );
  }
}
