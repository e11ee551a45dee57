/**
 * Brings what is written here to the room and what others write from it, truthful about both.
 *
 * Plain logic: socket, clock and device come from outside. What is typed goes in batches of
 * `BATCH_AFTER`; it counts as saved when the room has acknowledged the batch, which it does once
 * the batch is durable. A line that breaks loses nothing: after it returns, the difference goes.
 */

import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate, removeAwarenessStates } from "y-protocols/awareness";
import * as Y from "yjs";

import type { Device } from "./device";
import * as wire from "./wire";

export const BATCH_AFTER = 40; // ms
export const FIRST_RETRY = 500;
export const LONGEST_RETRY = 20_000;
export const PATIENCE = 12_000; // without an acknowledgement the line counts as broken
export const PRESENT_EVERY = 15_000;
export const LONGEST_HOLD = 15_000; // an input method that is left open and not touched

/** Why nothing more comes or goes; what was typed stays on the page. */
export type Stop = "signed_out" | "no_access" | "not_open" | "epoch" | "schema" | "content" | "size" | "malformed";

export type State =
  | { name: "connecting" }
  | { name: "saved"; at: number | null }
  | { name: "saving"; waits: boolean }
  | { name: "offline"; unsaved: boolean; kept: boolean }
  | { name: "aside" } // came too late: the server has it as a copy of this person
  | { name: "stopped"; why: Stop; unsaved: boolean };

export interface Socket {
  send(frame: Uint8Array): void;
  close(): void;
}

export interface SocketEvents {
  opened(): void;
  received(frame: Uint8Array): void;
  closed(code: number): void;
}

export interface Clock {
  now(): number;
  random(): number;
  after(milliseconds: number, action: () => void): () => void;
}

export interface Ports {
  connect(events: SocketEvents): Socket;
  device: Device;
  clock: Clock;
  show(state: State): void;
  /** The first time the document is here as the room has it. */
  synced(): void;
  /** Whether one may write, and if not why. */
  mayWrite(write: boolean, reason: string): void;
  /** What others did comes next into the document: what one has just done stands before it. */
  beforeOthers?(): void;
  /** What came too late is kept by the server for this person. */
  keptByServer?(id: string): void;
  /** Something was acknowledged: a mark in the text is there for the others too. */
  acknowledged?(): void;
}

const CLOSES: Record<number, Stop> = { 4400: "malformed", 4401: "signed_out", 4403: "no_access", 4409: "epoch", 4413: "size" };
const OUTS = new Set<string>(["signed_out", "no_access", "not_open", "epoch", "malformed"]);

/** What was typed and is not acknowledged; `batch` is 0 until it is sent. */
interface Unsaved {
  update: Uint8Array;
  batch: number;
  kept: boolean;
  /** The room did not take it, the server keeps it as a copy. */
  aside?: boolean;
  key: Promise<number | null>;
}

export class Provider {
  readonly awareness: Awareness;
  state: State = { name: "connecting" };
  write = false;
  private socket: Socket | null = null;
  private joined = false; // both state vectors were compared: batches may go
  private vector: Uint8Array | null = null;
  private hasAll = false;
  private wasSynced = false;
  private batch = 0;
  private typed: Uint8Array[] = [];
  private unsaved: Unsaved[] = [];
  private aside: Unsaved[] = [];
  private couldWrite = false;
  private waits = false;
  private savedAt: number | null = null;
  private failures = 0;
  private stopped: Stop | null = null;
  private held: wire.Message[] | null = null;
  private cancelFlush: (() => void) | null = null;
  private cancelRetry: () => void = () => undefined;
  private cancelPatience: (() => void) | null = null;
  private cancelPresent: () => void = () => undefined;
  private cancelHold: () => void = () => undefined;

  constructor(
    readonly doc: Y.Doc,
    private readonly ports: Ports,
  ) {
    this.awareness = new Awareness(doc);
    doc.on("update", this.typedHere);
    this.awareness.on("update", this.movedHere);
  }

  connect(): void {
    this.cancelRetry();
    if (this.socket || this.stopped) return;
    this.socket = this.ports.connect({
      opened: () => undefined, // the room's welcome is the beginning
      received: (frame) => this.received(frame),
      closed: (code) => this.closed(code),
    });
  }

  /** Whether something is not acknowledged yet. */
  get hasUnsaved(): boolean {
    return this.typed.length > 0 || this.unsaved.length > 0;
  }

  /** The line is said to be back, or the reader is: no waiting for the next try. */
  returned(): void {
    if (this.stopped === "signed_out") this.stopped = null;
    if (!this.stopped && !this.socket) {
      this.failures = 0;
      this.connect();
    }
  }

  /** The browser says the line is gone; waiting for a time-out would only be a lie about it. */
  wentOffline(): void {
    this.drop();
  }

  /** Nothing more goes out or comes in. */
  stop(why: Stop): void {
    if (this.stopped) return;
    this.gather();
    this.stopped = why;
    this.setWrite(false, why);
    this.drop();
  }

  /** Keeps what comes from others back: an input method is in the middle of a word. */
  hold(): void {
    this.held ??= [];
    this.cancelHold();
    this.cancelHold = this.ports.clock.after(LONGEST_HOLD, () => this.release());
  }

  release(): void {
    this.cancelHold();
    const { held } = this;
    this.held = null;
    for (const message of held ?? []) this.take(message);
  }

  /** Sends now what was typed. */
  flush(): void {
    this.gather();
    if (!this.joined) return;
    for (const group of groups(this.unsaved.filter((one) => one.batch === 0))) this.send(group);
  }

  destroy(): void {
    this.stop("malformed");
    this.doc.off("update", this.typedHere);
    this.awareness.destroy();
  }

  private readonly typedHere = (update: Uint8Array, origin: unknown): void => {
    // The editor of one who only reads may put a text in order; that is nobody's writing.
    if (origin === this || !this.couldWrite) return;
    this.typed.push(update);
    this.cancelFlush ??= this.ports.clock.after(BATCH_AFTER, () => this.flush());
    this.tell();
  };

  private readonly movedHere = (changes: { added: number[]; updated: number[]; removed: number[] }, origin: unknown): void => {
    if (origin === this) return;
    const { clientID } = this.doc;
    if ([...changes.added, ...changes.updated].includes(clientID)) this.present();
  };

  /** Tells where one is; not while nobody could hear it. */
  private present(): void {
    if (!this.joined) return;
    this.socket?.send(wire.awareness(encodeAwarenessUpdate(this.awareness, [this.doc.clientID])));
  }

  private presentAgain(): void {
    this.cancelPresent = this.ports.clock.after(PRESENT_EVERY, () => {
      if (!this.joined) return;
      this.awareness.setLocalState(this.awareness.getLocalState()); // a newer clock, or others forget
      this.presentAgain();
    });
  }

  private received(frame: Uint8Array): void {
    const message = wire.read(frame);
    switch (message.name) {
      case "acknowledged":
        this.acknowledge(message.batch);
        break;
      case "notice":
        this.notice(message.notice);
        break;
      case "step 1":
        this.vector = message.vector;
        this.join();
        break;
      default:
        if (this.held) this.held.push(message);
        else this.take(message);
    }
  }

  private take(message: wire.Message): void {
    if (this.stopped) return;
    if (message.name === "awareness") applyAwarenessUpdate(this.awareness, message.update, this);
    if (message.name === "updates") this.apply(message.updates);
    if (message.name === "step 2") {
      this.apply([message.update]);
      void (this.wasSynced ? this.synced() : this.firstSync());
    }
  }

  private apply(updates: Uint8Array[]): void {
    this.ports.beforeOthers?.();
    this.doc.transact(() => updates.forEach((update) => Y.applyUpdate(this.doc, update, this)), this);
  }

  /** What an earlier visit left on the device goes on top of what the room has. */
  private async firstSync(): Promise<void> {
    this.wasSynced = true;
    const found = await this.ports.device.found();
    for (const { key, update } of found) {
      Y.applyUpdate(this.doc, update, this);
      this.unsaved.push({ update, batch: 0, kept: true, key: Promise.resolve(key) });
    }
    this.ports.synced();
    this.synced();
  }

  private synced(): void {
    this.hasAll = true;
    this.join();
  }

  /** Both sides' vectors are known: the room gets what it lacks, in one piece. */
  private join(): void {
    if (!this.vector || !this.hasAll) return;
    const { vector } = this;
    this.vector = null;
    this.gather();
    this.joined = true;
    this.failures = 0;
    if (this.hasUnsaved) this.sendWhatIsMissing(vector);
    this.present();
    this.cancelPresent();
    this.presentAgain();
    this.tell();
  }

  private sendWhatIsMissing(vector: Uint8Array): void {
    const difference = Y.encodeStateAsUpdate(this.doc, vector);
    const all = this.unsaved;
    if (difference.length > wire.LARGEST_FRAME) {
      for (const group of groups(all)) this.send(group);
      return;
    }
    this.number(all);
    this.socket?.send(wire.batchOf(this.batch, [difference]));
  }

  private send(group: Unsaved[]): void {
    if (group.some(({ update }) => update.length > wire.LARGEST_FRAME)) {
      this.stop("size");
      return;
    }
    this.number(group);
    this.socket?.send(wire.batchOf(this.batch, group.map(({ update }) => update)));
  }

  private number(group: Unsaved[]): void {
    this.batch += 1;
    for (const one of group) one.batch = this.batch;
    this.beImpatient();
  }

  private gather(): void {
    this.cancelFlush?.();
    this.cancelFlush = null;
    if (this.typed.length === 0) return;
    const update = this.typed.length === 1 ? (this.typed[0] as Uint8Array) : Y.mergeUpdates(this.typed);
    this.typed = [];
    const key = this.ports.device.keep(update);
    const one: Unsaved = { update, batch: 0, kept: false, key };
    this.unsaved.push(one);
    void key.then((kept) => {
      one.kept = kept !== null;
      this.tell();
    });
  }

  private acknowledge(batch: number): void {
    const done = this.unsaved.filter((one) => one.batch > 0 && one.batch <= batch);
    this.unsaved = this.unsaved.filter((one) => !done.includes(one));
    this.aside.push(...done.filter((one) => one.aside));
    this.savedAt = this.ports.clock.now();
    this.cancelPatience?.();
    this.cancelPatience = null;
    if (this.unsaved.some((one) => one.batch > 0)) this.beImpatient();
    for (const { key } of done) void key.then((kept) => (kept === null ? undefined : this.ports.device.drop([kept])));
    this.ports.acknowledged?.();
    this.tell();
  }

  private beImpatient(): void {
    this.cancelPatience ??= this.ports.clock.after(PATIENCE, () => {
      this.cancelPatience = null;
      if (this.waits) this.beImpatient();
      else this.drop();
    });
  }

  private notice(notice: wire.Notice): void {
    switch (notice.kind) {
      case "welcome":
        this.welcome(notice);
        break;
      case "saving":
        this.waits = Boolean(notice.waits);
        this.tell();
        break;
      case "refused":
        this.refused(notice);
        break;
      case "read_only":
        if (notice.reason === "epoch" || notice.reason === "schema") this.stop(notice.reason);
        else this.setWrite(false, notice.reason ?? "");
        break;
      case "write":
        this.setWrite(true, "");
        this.putBack();
        break;
      case "kept":
        for (const one of this.unsaved) if (one.batch > 0 && one.batch === notice.batch) one.aside = true;
        this.ports.keptByServer?.(String(notice.id ?? ""));
        break;
      case "out":
        if (OUTS.has(notice.reason ?? "")) this.stop(notice.reason as Stop);
        break;
    }
  }

  /** What stands on the screen and came too late goes in after all. */
  private putBack(): void {
    const { aside } = this;
    this.aside = [];
    this.unsaved.unshift(...aside.map(({ update }) => ({ update, batch: 0, kept: false, key: Promise.resolve(null) })));
    this.flush();
    this.tell();
  }

  private welcome(notice: wire.Notice): void {
    const reason = notice.reason ?? "";
    if (!notice.write && (reason === "epoch" || reason === "schema")) {
      this.stop(reason);
      return;
    }
    this.setWrite(Boolean(notice.write), reason);
    this.socket?.send(wire.step1(Y.encodeStateVector(this.doc)));
  }

  /** The room did not take a batch. With a hole it asks anew; all else cannot be mended here. */
  private refused(notice: wire.Notice): void {
    if (notice.reason === "hole") {
      this.joined = false; // its step 1 follows
      for (const one of this.unsaved) one.batch = 0;
    } else {
      for (const one of this.unsaved) if (one.batch === notice.batch) one.batch = 0;
      this.stop(notice.reason === "size" ? "size" : "content");
    }
  }

  private setWrite(write: boolean, reason: string): void {
    this.write = write;
    this.couldWrite ||= write;
    this.ports.mayWrite(write, reason);
  }

  private closed(code: number): void {
    this.socket = null;
    this.cut();
    const why = CLOSES[code];
    if (why && !this.stopped) this.stop(why);
    if (!this.stopped) this.tryAgain();
    this.tell();
  }

  /** Leaves a line that is no good, without waiting for its end. */
  private drop(): void {
    const { socket } = this;
    this.socket = null;
    this.cut();
    socket?.close();
    if (!this.stopped) this.tryAgain();
    this.tell();
  }

  private cut(): void {
    this.joined = this.hasAll = this.waits = false;
    this.vector = null;
    this.batch = 0;
    for (const one of this.unsaved) Object.assign(one, { batch: 0, aside: false });
    this.cancelPatience?.();
    this.cancelPatience = null;
    this.cancelPresent();
    if (this.held) this.held = []; // what was held comes again with the next line
    const others = [...this.awareness.getStates().keys()].filter((id) => id !== this.doc.clientID);
    removeAwarenessStates(this.awareness, others, this);
  }

  private tryAgain(): void {
    const full = Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** this.failures);
    this.failures += 1;
    this.cancelRetry();
    this.cancelRetry = this.ports.clock.after(full * (0.5 + this.ports.clock.random() / 2), () => this.connect());
  }

  private tell(): void {
    this.state = this.whatIsTrue();
    this.ports.show(this.state);
  }

  private whatIsTrue(): State {
    const unsaved = this.hasUnsaved;
    if (this.stopped) return { name: "stopped", why: this.stopped, unsaved };
    if (!this.wasSynced) return { name: "connecting" };
    const kept = this.typed.length === 0 && this.unsaved.every((one) => one.kept);
    if (!this.joined) return { name: "offline", unsaved, kept };
    if (unsaved) return { name: "saving", waits: this.waits };
    if (this.aside.length > 0 && !this.write) return { name: "aside" };
    return { name: "saved", at: this.savedAt };
  }
}

/** Updates by the frame: no group is larger than one, unless a single update is. */
function groups(all: Unsaved[]): Unsaved[][] {
  const found: Unsaved[][] = [];
  let size = 0;
  for (const one of all) {
    if (found.length === 0 || size + one.update.length > wire.LARGEST_FRAME / 2) {
      found.push([]);
      size = 0;
    }
    (found[found.length - 1] as Unsaved[]).push(one);
    size += one.update.length + 4;
  }
  return found;
}
