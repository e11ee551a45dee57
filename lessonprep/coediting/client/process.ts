/** The teaching process (教学过程) of the shared document: rows that everybody adds, moves and fills. */

import { simpleDiffString } from "lib0/diff";
import * as Y from "yjs";

import { button, element } from "../../plans/client/parts";
import { randomUuid } from "../../plans/client/rows";
import type { LiveText } from "./text";
import type { Words } from "./words";

export const COLUMNS = ["teacher", "pupils", "lead", "receiving", "cue", "intent", "materials", "assessment", "fallback"];
const MOST_ROWS = 60;
const LONGEST_STEP = 60;
const MOST_MINUTES = 600;
const MOST_IN_TABLE = 4;

type Row = Y.Map<unknown>;

export interface RowEvents {
  text(fragment: Y.XmlFragment, label: string): LiveText;
  gone(text: LiveText): void;
  changed(): void;
}

interface Shown {
  uuid: string;
  row: Row;
  dom: HTMLTableRowElement;
  texts: LiveText[];
  step: HTMLInputElement;
  minutes: HTMLInputElement;
  controls: HTMLButtonElement[];
  stop(): void;
}

/** Rows that are there, in their order. */
export function inOrder(rows: Y.Map<Row>): [string, Row][] {
  return [...rows.entries()]
    .filter(([, row]) => row.get("gone") !== true)
    .sort(([one, left], [other, right]) => orderOf(left) - orderOf(right) || (one < other ? -1 : 1));
}

function orderOf(row: Row): number {
  return Number(row.get("order") ?? 0);
}

export class Process {
  readonly dom = element("div", "live-process");
  private readonly body = element("tbody");
  private readonly shown = new Map<string, Shown>();
  private readonly note = element("p", "notice");
  private readonly adding: HTMLButtonElement;
  private writable = false;
  private readonly observed = (events: Y.YEvent<Y.AbstractType<unknown>>[]): void => {
    if (events.some(({ target, path }) => target === this.rows || path.length === 1)) this.show();
  };

  constructor(
    private readonly rows: Y.Map<Row>,
    private readonly columns: { name: string; label: string }[],
    private readonly words: Words,
    private readonly events: RowEvents,
  ) {
    const head = element("tr", "", element("th", "", words("step")), ...columns.map(({ label }) => element("th", "", label)));
    for (const cell of head.children) cell.setAttribute("scope", "col");
    const table = element("table", `fold${columns.length > MOST_IN_TABLE ? " stacked" : ""}`, element("thead", "", head), this.body);
    this.adding = button(words("row_add"), "btn s", () => this.add());
    this.note.hidden = true;
    this.note.setAttribute("role", "status");
    this.dom.append(table, this.note, element("p", "", this.adding));
    rows.observeDeep(this.observed);
    this.show();
  }

  setWritable(writable: boolean): void {
    this.writable = writable;
    this.adding.hidden = !writable;
    for (const one of this.shown.values()) this.open(one);
  }

  destroy(): void {
    this.rows.unobserveDeep(this.observed);
    for (const one of this.shown.values()) this.close(one);
  }

  private show(): void {
    const present = inOrder(this.rows);
    const uuids = new Set(present.map(([uuid]) => uuid));
    for (const one of [...this.shown.values()]) if (!uuids.has(one.uuid)) this.close(one);
    const doms = present.map(([uuid, row]) => (this.shown.get(uuid) ?? this.make(uuid, row)).dom);
    doms.forEach((dom, at) => {
      // Only what stands wrong is moved: moving takes the cursor out of a text.
      if (this.body.children[at] !== dom) this.body.insertBefore(dom, this.body.children[at] ?? null);
    });
    for (const one of this.shown.values()) this.fill(one);
    this.events.changed();
  }

  private make(uuid: string, row: Row): Shown {
    const { words } = this;
    const step = element("input");
    step.maxLength = LONGEST_STEP;
    step.setAttribute("aria-label", words("step_name"));
    step.placeholder = words("step_name");
    const minutes = element("input");
    minutes.inputMode = "numeric";
    minutes.maxLength = 3;
    minutes.setAttribute("aria-label", words("minutes"));
    const controls = [
      button(words("row_up"), "btn s text", () => this.move(uuid, -1)),
      button(words("row_down"), "btn s text", () => this.move(uuid, 1)),
      button(words("row_remove"), "btn s text", () => this.remove(uuid)),
    ];
    const time = element("label", "small mute", minutes, " ", words("minutes"));
    const tools = element("span", "row-tools", ...controls);
    const first = element("td", "step", step, time, tools);
    const dom = element("tr", "", first);
    const texts = this.columns.map(({ name, label }) => {
      const text = this.events.text(row.get(name) as Y.XmlFragment, label);
      const cell = element("td", "", text.box);
      cell.dataset.l = label;
      dom.append(cell);
      return text;
    });
    const stop = bindStep(step, row.get("step") as Y.Text);
    minutes.addEventListener("input", () => this.setMinutes(row, minutes));
    const one: Shown = { uuid, row, dom, texts, step, minutes, controls, stop };
    this.shown.set(uuid, one);
    this.open(one);
    return one;
  }

  private open({ step, minutes, controls, texts }: Shown): void {
    step.readOnly = minutes.readOnly = !this.writable;
    for (const control of controls) control.hidden = !this.writable;
    for (const text of texts) text.setWritable(this.writable);
  }

  private close(one: Shown): void {
    one.stop();
    for (const text of one.texts) {
      this.events.gone(text);
      text.destroy();
    }
    one.dom.remove();
    this.shown.delete(one.uuid);
  }

  private fill({ row, minutes }: Shown): void {
    const value = row.get("minutes");
    const text = typeof value === "number" ? String(value) : "";
    if (minutes.value !== text && document.activeElement !== minutes) minutes.value = text;
  }

  private setMinutes(row: Row, input: HTMLInputElement): void {
    const text = input.value.trim();
    const isRight = text === "" || (/^\d{1,3}$/.test(text) && Number(text) <= MOST_MINUTES);
    if (isRight) input.removeAttribute("aria-invalid");
    else input.setAttribute("aria-invalid", "true");
    if (isRight) row.set("minutes", text === "" ? null : Number(text));
  }

  private add(): void {
    const present = inOrder(this.rows);
    if (present.length >= MOST_ROWS) {
      this.say(this.words("rows_most", String(MOST_ROWS)));
      return;
    }
    const uuid = randomUuid();
    const last = present[present.length - 1];
    this.transact(() => {
      const row: Row = new Y.Map();
      row.set("order", last ? orderOf(last[1]) + 1 : 1);
      row.set("step", new Y.Text());
      row.set("minutes", null);
      for (const name of COLUMNS) row.set(name, new Y.XmlFragment());
      this.rows.set(uuid, row);
    });
    this.shown.get(uuid)?.step.focus();
  }

  private move(uuid: string, by: -1 | 1): void {
    const present = inOrder(this.rows);
    const at = present.findIndex(([one]) => one === uuid);
    const to = at + by;
    if (to < 0 || to >= present.length) return;
    const orders = present.map(([, row]) => orderOf(row));
    const before = by < 0 ? orders[to - 1] : orders[to];
    const after = by < 0 ? orders[to] : orders[to + 1];
    const order = between(before, after);
    this.transact(() => present[at]?.[1].set("order", order));
    this.shown.get(uuid)?.controls[by < 0 ? 0 : 1]?.focus();
  }

  /** Taken out for everybody, and brought back with all that was typed in it. */
  private remove(uuid: string): void {
    const row = this.rows.get(uuid);
    if (!row) return;
    this.transact(() => row.set("gone", true));
    const undo = button(this.words("row_restore"), "btn s", () => {
      this.transact(() => row.delete("gone"));
      this.note.hidden = true;
      this.shown.get(uuid)?.step.focus();
    });
    this.say(this.words("row_removed"), undo);
    undo.focus();
  }

  private say(text: string, ...more: HTMLElement[]): void {
    this.note.replaceChildren(text, " ", ...more);
    this.note.hidden = false;
  }

  private transact(act: () => void): void {
    this.rows.doc?.transact(act);
  }
}

function between(before: number | undefined, after: number | undefined): number {
  if (before === undefined) return (after ?? 1) - 1;
  return after === undefined ? before + 1 : (before + after) / 2;
}

/** An input as a view of a shared text; where others type before the cursor it moves along. */
export function bindStep(input: HTMLInputElement, text: Y.Text): () => void {
  const mine = {};
  const write = (): void => {
    const { index, remove, insert } = simpleDiffString(text.toString(), input.value);
    if (remove === 0 && insert === "") return;
    text.doc?.transact(() => {
      text.delete(index, remove);
      text.insert(index, insert);
    }, mine);
  };
  const read = (event: Y.YTextEvent, transaction: Y.Transaction): void => {
    if (transaction.origin === mine) return;
    let start = input.selectionStart ?? 0;
    let at = 0;
    for (const { retain, insert, delete: dropped } of event.delta) {
      if (retain) at += retain;
      if (typeof insert === "string" && at <= start) start += insert.length;
      if (typeof insert === "string") at += insert.length;
      if (dropped && at < start) start = Math.max(at, start - dropped);
    }
    input.value = text.toString();
    if (document.activeElement === input) input.setSelectionRange(start, start);
  };
  input.value = text.toString();
  input.addEventListener("input", write);
  text.observe(read);
  return () => text.unobserve(read);
}
