/**
 * Autosave of one section, truthful about where the text is.
 *
 * Plain logic: reading, sending, keeping, showing and the clock come from outside. "Saved" is said
 * only after the server acknowledged; until then the text is also kept on the device.
 */

import { equal, type Fields } from "./fields";
import type { Conflict, Outcome } from "./server";

export const DEBOUNCE = 1500;
export const LONGEST_WAIT = 8000;
export const KEEP_EVERY = 500;
export const FIRST_RETRY = 1000;
export const LONGEST_RETRY = 30_000;
const MOST_SENT = 50;

export type State =
  | { name: "untouched" }
  | { name: "saving" }
  | { name: "saved"; at: string }
  | { name: "waiting"; kept: boolean; busy: boolean }
  | { name: "refused"; reason: string; field: string | null; kept: boolean }
  | { name: "stale"; conflict: Conflict };

/** Text on the device that the server has not acknowledged. */
export interface Draft {
  base: string;
  fields: Fields;
  /** Fingerprints of texts that were sent without an answer: the server may hold one of them. */
  sent: string[];
  at: number;
}

export interface Ports {
  read(): Fields;
  apply(fields: Fields): void;
  fingerprint(fields: Fields): string;
  /** Whether an input method is in the middle of a word. */
  composing(): boolean;
  /** Never rejects. `last`: the page may be going; `renew`: the session may be a new one. */
  send(fields: Fields, base: string, how: { last: boolean; renew: boolean }): Promise<Outcome>;
  keep(draft: Draft): boolean;
  forget(): void;
  show(state: State): void;
  clock: Clock;
}

export interface Clock {
  now(): number;
  random(): number;
  after(milliseconds: number, action: () => void): () => void;
}

export class Autosave {
  state: State = { name: "untouched" };
  /** Whether something in the form is not acknowledged by the server. */
  unacknowledged = false;
  private acknowledged: Fields | null;
  private sent: string[] = [];
  private inFlight = false;
  private again = false;
  private stopped: "signed-out" | "refused" | null = null;
  /** Whether the next save needs a new token first. */
  private renew = false;
  private failures = 0;
  private firstChange: number | null = null;
  private savedAt: string | null = null;
  private heldBack: (() => void) | null = null;
  private cancelSave = (): void => undefined;
  private cancelKeep: (() => void) | null = null;

  constructor(
    private readonly ports: Ports,
    private base: string,
  ) {
    this.acknowledged = ports.read();
  }

  /** Whether a save is on its way to the server. */
  get busy(): boolean {
    return this.inFlight;
  }

  /** The hash of the text that the form was made from, or last saved as. */
  get madeFrom(): string {
    return this.base;
  }

  /** Somebody typed. */
  changed(): void {
    this.unacknowledged = true;
    this.keepSoon();
    if (this.state.name === "stale" || this.state.name === "waiting" || this.stopped) return;
    this.show({ name: "saving" });
    this.schedule();
  }

  /** Saves now: on leaving the section, by the button, by Ctrl+S. */
  flush(): void {
    if (this.state.name === "stale" || this.stopped) return;
    if (this.unacknowledged) void this.save();
  }

  /** The page is going or out of sight: this may be the last chance. */
  leave(): void {
    if (!this.unacknowledged) return;
    this.keep();
    if (this.state.name === "stale" || this.stopped || this.inFlight || this.ports.composing()) return;
    void this.save({ last: true });
  }

  /** The button "Try again". */
  retry(): void {
    this.renew = this.stopped === "signed-out";
    this.stopped = null;
    this.show({ name: "saving" });
    void this.save();
  }

  /** The network is back. */
  online(): void {
    if (this.state.name === "waiting") void this.save();
  }

  /** The reader came back to this page, perhaps from signing in again. */
  returned(): void {
    if (this.stopped === "signed-out" && !this.inFlight) this.retry();
  }

  /** The input method has finished its word. */
  composed(): void {
    const heldBack = this.heldBack;
    this.heldBack = null;
    heldBack?.();
  }

  putMineOverTheirs(): void {
    if (this.state.name !== "stale") return;
    this.base = this.state.conflict.base;
    this.acknowledged = null;
    this.show({ name: "saving" });
    void this.save();
  }

  takeTheirs(): void {
    if (this.state.name !== "stale") return;
    const { conflict } = this.state;
    this.base = conflict.base;
    this.ports.apply(conflict.fields);
    this.sent = [];
    this.settle(this.ports.read(), conflict.savedAt);
  }

  /** Puts a draft of an earlier visit back; if the text has changed since, that will be seen. */
  restore(draft: Draft): void {
    this.ports.apply(draft.fields);
    this.base = draft.base;
    this.sent = [...draft.sent];
    this.acknowledged = null;
    this.unacknowledged = true;
    this.keep();
    this.show({ name: "saving" });
    void this.save();
  }

  private schedule(): void {
    const now = this.ports.clock.now();
    this.firstChange ??= now;
    const due = Math.min(now + DEBOUNCE, this.firstChange + LONGEST_WAIT);
    this.saveAfter(due - now);
  }

  private saveAfter(milliseconds: number): void {
    this.cancelSave();
    this.cancelSave = this.ports.clock.after(Math.max(0, milliseconds), () => void this.save());
  }

  private async save({ last = false } = {}): Promise<void> {
    this.cancelSave();
    if (this.state.name === "stale" || this.stopped) return;
    if (this.ports.composing()) {
      this.heldBack = () => this.schedule();
      return;
    }
    if (this.inFlight) {
      this.again = true;
      return;
    }
    const fields = this.ports.read();
    if (this.isAcknowledged(fields)) {
      this.settle(fields, this.savedAt);
      return;
    }
    this.inFlight = true;
    this.again = false;
    this.firstChange = null;
    this.remember(fields);
    this.keep();
    const how = { last, renew: this.renew };
    this.renew = false;
    const outcome = await this.ports.send(fields, this.base, how);
    this.inFlight = false;
    this.take(outcome, fields);
  }

  private isAcknowledged(fields: Fields): boolean {
    return this.sent.length === 0 && this.acknowledged !== null && equal(fields, this.acknowledged);
  }

  private remember(fields: Fields): void {
    const fingerprint = this.ports.fingerprint(fields);
    this.sent = [...this.sent.filter((one) => one !== fingerprint), fingerprint].slice(-MOST_SENT);
  }

  private take(outcome: Outcome, fields: Fields): void {
    switch (outcome.name) {
      case "saved":
        this.acknowledge(fields, outcome.base, outcome.savedAt);
        break;
      case "stale":
        this.meet(outcome.conflict, fields);
        break;
      case "unreachable":
        this.wait(outcome.busy);
        break;
      case "refused":
        this.stop(outcome);
        break;
    }
  }

  private acknowledge(fields: Fields, base: string, savedAt: string): void {
    this.base = base;
    this.sent = [];
    this.failures = 0;
    this.acknowledged = fields;
    this.savedAt = savedAt;
    if (!this.ports.composing() && this.isAcknowledged(this.ports.read())) {
      this.settle(fields, savedAt);
      return;
    }
    this.keep();
    this.show({ name: "saving" });
    if (this.again) void this.save();
    else this.schedule();
  }

  /** Everything that is in the form is with the server. */
  private settle(fields: Fields, savedAt: string | null): void {
    this.acknowledged = fields;
    this.savedAt = savedAt;
    this.unacknowledged = false;
    this.firstChange = null;
    this.again = false;
    this.cancelKeep?.();
    this.cancelKeep = null;
    this.ports.forget();
    this.show(savedAt === null ? { name: "untouched" } : { name: "saved", at: savedAt });
  }

  /** The server holds another text than ours was made from. */
  private meet(conflict: Conflict, fields: Fields): void {
    const theirs = this.ports.fingerprint(conflict.fields);
    if (this.sent.includes(theirs)) {
      // It is our own, of which the acknowledgement was lost on the way.
      const isThis = theirs === this.ports.fingerprint(fields);
      this.acknowledge(isThis ? fields : conflict.fields, conflict.base, conflict.savedAt);
      return;
    }
    this.keep();
    this.state = { name: "stale", conflict };
    const show = (): void => this.ports.show(this.state);
    if (this.ports.composing()) this.heldBack = show;
    else show();
  }

  private wait(busy: boolean): void {
    this.failures += 1;
    const full = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** (this.failures - 1));
    this.show({ name: "waiting", kept: this.keep(), busy });
    this.saveAfter(full * (0.5 + this.ports.clock.random() / 2));
  }

  private stop(outcome: Outcome & { name: "refused" }): void {
    // What is invalid may be right after the next key; who may not write tries by hand.
    if (outcome.why !== "invalid") this.stopped = outcome.why;
    const { reason, field } = outcome;
    this.show({ name: "refused", reason, field, kept: this.keep() });
  }

  private keepSoon(): void {
    this.cancelKeep ??= this.ports.clock.after(KEEP_EVERY, () => {
      this.cancelKeep = null;
      if (this.ports.composing()) this.keepSoon();
      else this.keep();
    });
  }

  private keep(): boolean {
    if (!this.unacknowledged) return true;
    const { base, sent } = this;
    return this.ports.keep({ base, sent, fields: this.ports.read(), at: this.ports.clock.now() });
  }

  private show(state: State): void {
    this.state = state;
    this.ports.show(state);
  }
}
