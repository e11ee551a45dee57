/** The cards of open suggestions in the margin: who proposes what, and taking or leaving it. */

import type { Editor } from "@tiptap/core";

import { button, element } from "../../plans/client/parts";
import type { Config } from "./config";
import type { LiveSection } from "./section";
import { settle, suggestionsIn, type Suggestion } from "./suggesting";
import type { Words } from "./words";

const LONGEST_QUOTE = 80;

export class Cards {
  constructor(
    private readonly config: Config,
    private readonly words: Words,
    private readonly mayWrite: () => boolean,
  ) {}

  /** Puts the cards of a section beside it; those that say the same stay, and with them the focus. */
  show(section: LiveSection, notes: HTMLElement): void {
    const old = new Map([...notes.querySelectorAll<HTMLElement>("[data-suggestion]")].map((card) => [card.dataset.said ?? "", card]));
    for (const editor of section.editors) {
      for (const suggestion of suggestionsIn(editor.state.doc)) {
        const said = JSON.stringify([suggestion, this.mayWrite()]);
        if (!old.delete(said)) notes.append(this.card(suggestion, editor, said));
      }
    }
    for (const card of old.values()) card.remove();
  }

  private card(suggestion: Suggestion, editor: Editor, said: string): HTMLElement {
    const { words, config } = this;
    const { id, author, added, dropped } = suggestion;
    const name = config.people[author] ?? (author === config.user.id ? config.user.name : words("somebody"));
    const what = added && dropped ? "suggests_replacing" : added ? "suggests_adding" : "suggests_dropping";
    const quote = element("p");
    if (dropped) quote.append(element("del", "", short(dropped)));
    if (added) quote.append(element("ins", "", short(added)));
    const card = element("article", "note", element("header", "", element("b", "", name), ` ${words(what)}`), quote);
    card.dataset.suggestion = id;
    card.dataset.said = said;
    if (this.mayWrite()) card.append(this.actions(id, author, editor));
    return card;
  }

  private actions(id: string, author: string, editor: Editor): HTMLElement {
    const { words, config } = this;
    const row = element("p", "row");
    if (config.may_decide) {
      row.append(
        button(words("accept"), "btn s", () => settle(editor, id, true)),
        button(words("decline"), "btn s text", () => settle(editor, id, false)),
      );
    } else if (author === config.user.id) {
      row.append(button(words("take_back"), "btn s text", () => settle(editor, id, false)));
    }
    return row;
  }
}

function short(text: string): string {
  const letters = [...text];
  return letters.length > LONGEST_QUOTE ? `${letters.slice(0, LONGEST_QUOTE).join("")}…` : text;
}
