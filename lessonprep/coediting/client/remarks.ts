/** Remarks (批注) on words of the text: made here, and brought along from what others made. */

import type { Editor } from "@tiptap/core";

import { randomUuid } from "../../plans/client/rows";
import { NO_SECTION, type Config } from "./config";
import { tokensIn } from "./remarked";
import type { LiveSection } from "./section";

const SOON = 800; // ms

export class Remarks {
  private numbers = new Map<string, string>();
  private known = new Set<string>();
  private waits = 0;

  constructor(
    private readonly config: Config,
    private readonly page: Document,
    private readonly refreshed: () => void,
  ) {
    this.read();
  }

  readonly numberOf = (token: string): string | null => this.numbers.get(token) ?? null;

  /** Says something about the selected words; false where it did not get to the server. */
  async make(section: LiveSection, editor: Editor, text: string): Promise<boolean> {
    const token = randomUuid();
    const { from, to } = editor.state.selection;
    let [start, end] = [from, to];
    // One may go on writing while the remark is on its way.
    const follow = ({ transaction }: { transaction: { mapping: { map(at: number, bias?: number): number } } }): void => {
      start = transaction.mapping.map(start, 1);
      end = transaction.mapping.map(end, -1);
    };
    editor.on("transaction", follow);
    const made = await this.post(section.uuid, token, text);
    editor.off("transaction", follow);
    if (!made) return false;
    if (!editor.isDestroyed && end > start) {
      const { state, view } = editor;
      const mark = state.schema.marks.comment!.create({ id: token });
      view.dispatch(state.tr.addMark(start, end, mark).setMeta("addToHistory", false));
    }
    await this.refresh();
    return true;
  }

  /** A remark that this page has not heard of stands in the text: somebody made it just now. */
  lookAt(editors: Editor[]): void {
    const unknown = editors.some(({ state }) => [...tokensIn(state.doc)].some((token) => !this.known.has(token)));
    if (unknown && !this.waits) this.waits = window.setTimeout(() => void this.refresh(), SOON);
  }

  /** The remarks as the server has them now, in the place of those of before. */
  async refresh(): Promise<void> {
    window.clearTimeout(this.waits);
    this.waits = 0;
    const answer = await fetch(window.location.pathname, { credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const section of this.page.querySelectorAll<HTMLElement>(".sec[id]")) {
      const notes = section.querySelector<HTMLElement>(".notes");
      const news = fresh.getElementById(section.id)?.querySelector(".notes");
      if (!notes || !news || notes.contains(document.activeElement)) continue;
      const cards = [...notes.querySelectorAll("[data-suggestion]")];
      notes.replaceChildren(...[...news.children].map((child) => this.page.importNode(child, true)), ...cards);
    }
    const points = this.page.getElementById("points");
    const news = fresh.getElementById("points");
    if (points && news) points.replaceWith(this.page.importNode(news, true));
    this.read();
    this.refreshed();
  }

  private read(): void {
    this.numbers = new Map();
    for (const note of this.page.querySelectorAll<HTMLElement>(".notes [data-token]")) {
      const token = note.dataset.token ?? "";
      this.known.add(token);
      if (!("settled" in note.dataset)) this.numbers.set(token, note.dataset.mark ?? "");
    }
  }

  private async post(section: string, token: string, text: string): Promise<boolean> {
    const body = new FormData();
    body.append("text", text);
    body.append("token", token);
    const headers = { Accept: "application/json", "X-CSRFToken": this.config.token };
    const options: RequestInit = { method: "POST", body, headers, credentials: "same-origin", redirect: "manual" };
    const answer = await fetch(this.config.remark.replace(NO_SECTION, section), options).catch(() => null);
    return Boolean(answer?.ok);
  }
}
