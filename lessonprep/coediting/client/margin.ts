/**
 * What is said about the text, beside it: remarks (批注) and suggestions, each at its line.
 *
 * In a wide window they float in the margin over all sections, so that a long thread takes room
 * from the margin alone and leaves no gap in the text. On a telephone one at a time comes up from
 * the foot of the screen.
 */

import { button, element } from "../../plans/client/parts";
import type { Words } from "./words";

const WIDE = "(min-width: 1080px)";
const GAP = 8;

export class Margin {
  private readonly wide = window.matchMedia(WIDE);
  private readonly bar: HTMLElement;
  private readonly place = element("span", "mute small");
  private open: HTMLElement | null = null;
  private waits = false;

  constructor(
    private readonly column: HTMLElement,
    words: Words,
  ) {
    column.classList.add("margin-live");
    const previous = button(words("sheet_previous"), "btn s text", () => this.step(-1));
    const next = button(words("sheet_next"), "btn s text", () => this.step(1));
    const close = button(words("sheet_close"), "btn s text", () => this.close());
    this.bar = element("div", "sheet-bar", this.place, previous, next, close);
    this.bar.setAttribute("role", "region");
    this.bar.setAttribute("aria-label", words("sheet_remarks"));
    this.bar.hidden = true;
    document.body.append(this.bar);
    column.addEventListener("click", (event) => this.clicked(event.target as Element));
    column.addEventListener("toggle", () => this.layOutSoon(), true);
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    window.addEventListener("resize", () => this.layOutSoon());
    this.layOutSoon();
  }

  layOutSoon(): void {
    if (this.waits) return;
    this.waits = true;
    window.requestAnimationFrame(() => {
      this.waits = false;
      this.layOut();
    });
  }

  /** Every item that is about something, in the order of the text. */
  private items(): HTMLElement[] {
    return [...this.column.querySelectorAll<HTMLElement>(".notes > *")];
  }

  private layOut(): void {
    const items = this.items();
    const last = this.column.querySelector<HTMLElement>(".sec.end");
    if (!this.wide.matches) {
      for (const item of items) item.style.top = "";
      if (last) last.style.marginBottom = "";
      return;
    }
    this.close();
    const top = this.column.getBoundingClientRect().top;
    const wanted = items.map((item) => ({ item, at: this.anchorOf(item).getBoundingClientRect().top - top }));
    wanted.sort((one, other) => one.at - other.at);
    let free = 0;
    for (const { item, at } of wanted) {
      const y = Math.max(at, free);
      item.style.top = `${Math.round(y)}px`;
      if (item.offsetHeight > 0) free = y + item.offsetHeight + GAP;
    }
    if (last) {
      last.style.marginBottom = "";
      const end = last.getBoundingClientRect().bottom - top;
      last.style.marginBottom = free > end ? `${Math.round(free - end)}px` : "";
    }
  }

  private anchorOf(item: HTMLElement): Element {
    return this.textOf(item) ?? (item.closest(".sec") as Element);
  }

  private textOf(item: HTMLElement): Element | null {
    const { token, suggestion } = item.dataset;
    if (token) return this.column.querySelector(`.live-form [data-about="${token}"]`);
    if (suggestion) return this.column.querySelector(`.live-form [data-suggestion="${suggestion}"]`);
    return null;
  }

  private clicked(target: Element): void {
    const about = target.closest<HTMLElement>("[data-about], [data-suggestion]");
    if (!about?.closest(".live-form") || this.wide.matches) return;
    const { about: token, suggestion } = about.dataset;
    const item = this.items().find((one) => (token ? one.dataset.token === token : one.dataset.suggestion === suggestion));
    if (item) this.raise(item);
  }

  private step(by: -1 | 1): void {
    const items = this.items().filter((item) => this.textOf(item) !== null);
    const at = items.indexOf(this.open as HTMLElement);
    const next = items[(at + by + items.length) % items.length];
    if (next) this.raise(next);
  }

  /** Brings one up from the foot of the screen, its passage above it. */
  private raise(item: HTMLElement): void {
    this.close();
    this.open = item;
    item.classList.add("raised");
    this.bar.hidden = false;
    const items = this.items().filter((one) => this.textOf(one) !== null);
    this.place.textContent = items.length > 1 ? `${items.indexOf(item) + 1}/${items.length}` : "";
    document.documentElement.classList.add("sheet-up");
    this.textOf(item)?.scrollIntoView({ block: "start" });
    item.tabIndex = -1;
    item.focus({ preventScroll: true });
  }

  private close(): void {
    this.open?.classList.remove("raised");
    this.open = null;
    this.bar.hidden = true;
    document.documentElement.classList.remove("sheet-up");
  }
}
