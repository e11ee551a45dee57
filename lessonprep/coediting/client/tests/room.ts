/** A room for tests that speaks the wire of `WIRE.md`, and a clock that stands still. */

import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import * as Y from "yjs";

import type { Device, Found } from "../device";
import { Provider, type Clock, type Socket, type SocketEvents, type State } from "../provider";

export class StillClock implements Clock {
  private time = 0;
  private waiting: { at: number; act: () => void }[] = [];
  now = (): number => this.time;
  random = (): number => 0.5;

  after = (milliseconds: number, act: () => void): (() => void) => {
    const one = { at: this.time + milliseconds, act };
    this.waiting.push(one);
    return () => (this.waiting = this.waiting.filter((other) => other !== one));
  };

  async pass(milliseconds: number): Promise<void> {
    const end = this.time + milliseconds;
    for (;;) {
      await settled();
      const next = this.waiting.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
      if (!next) break;
      this.waiting = this.waiting.filter((other) => other !== next);
      this.time = next.at;
      next.act();
    }
    this.time = end;
    await settled();
  }
}

export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

export class Memory implements Device {
  kept = new Map<number, Uint8Array>();
  works = true;
  private next = 1;

  keep(update: Uint8Array): Promise<number | null> {
    if (!this.works) return Promise.resolve(null);
    this.kept.set(this.next, update);
    return Promise.resolve(this.next++);
  }

  drop(keys: number[]): Promise<void> {
    for (const key of keys) this.kept.delete(key);
    return Promise.resolve();
  }

  found(): Promise<Found[]> {
    return Promise.resolve([...this.kept].map(([key, update]) => ({ key, update })));
  }
}

/** One line into the room; `acknowledges` false: it is stored, but the answer is lost. */
class Line implements Socket {
  batches: Uint8Array[][] = [];
  isOpen = true;

  constructor(
    private readonly room: Room,
    private readonly events: SocketEvents,
  ) {}

  send(frame: Uint8Array): void {
    if (this.isOpen) this.room.received(this, frame);
  }

  close(): void {
    this.isOpen = false;
    this.room.lines.delete(this);
  }

  breaks(code = 1006): void {
    this.close();
    this.events.closed(code);
  }

  give(frame: Uint8Array): void {
    if (this.isOpen) this.events.received(frame);
  }

  notice(notice: object): void {
    this.give(
      encoding.encode((to) => {
        encoding.writeVarUint(to, 102);
        encoding.writeVarString(to, JSON.stringify(notice));
      }),
    );
  }
}

export class Room {
  readonly doc = new Y.Doc();
  readonly lines = new Set<Line>();
  isReachable = true;
  acknowledges = true;
  write = true;
  reason = "";
  copies: Uint8Array[][] = [];

  constructor() {
    this.doc.getText("text").insert(0, "济南的冬天");
  }

  enter = (events: SocketEvents): Socket => {
    const line = new Line(this, events);
    if (this.isReachable) {
      this.lines.add(line);
      queueMicrotask(() => {
        line.notice({ kind: "welcome", epoch: 1, schema: "s", seq: 0, write: this.write, reason: this.reason });
        this.ask(line);
      });
    } else {
      line.isOpen = false;
      queueMicrotask(() => events.closed(1006));
    }
    return line;
  };

  /** The phase or a role has changed: what comes now is kept for its writer. */
  closes(reason: string): void {
    this.write = false;
    this.reason = reason;
    for (const line of this.lines) line.notice({ kind: "read_only", reason });
  }

  opens(): void {
    this.write = true;
    for (const line of this.lines) line.notice({ kind: "write" });
  }

  get line(): Line {
    return [...this.lines][this.lines.size - 1] as Line;
  }

  get text(): string {
    return this.doc.getText("text").toString();
  }

  ask(line: Line): void {
    line.give(sync(0, Y.encodeStateVector(this.doc)));
  }

  /** Somebody else writes. */
  types(at: number, text: string): void {
    const before = Y.encodeStateVector(this.doc);
    this.doc.getText("text").insert(at, text);
    const update = Y.encodeStateAsUpdate(this.doc, before);
    for (const line of this.lines) line.give(batch(1, [update]));
  }

  acknowledge(line: Line, number: number): void {
    line.give(
      encoding.encode((to) => {
        encoding.writeVarUint(to, 100);
        encoding.writeVarUint(to, number);
        encoding.writeVarUint(to, number);
      }),
    );
  }

  received(line: Line, frame: Uint8Array): void {
    const from = decoding.createDecoder(frame);
    const kind = decoding.readVarUint(from);
    if (kind === 0 && decoding.readVarUint(from) === 0) {
      const vector = decoding.readVarUint8Array(from);
      line.give(sync(1, Y.encodeStateAsUpdate(this.doc, vector)));
    } else if (kind === 101) {
      const number = decoding.readVarUint(from);
      const count = decoding.readVarUint(from);
      const updates = Array.from({ length: count }, () => decoding.readVarUint8Array(from));
      line.batches.push(updates);
      if (this.write) for (const update of updates) Y.applyUpdate(this.doc, update);
      else this.keep(line, number, updates);
      if (this.acknowledges) this.acknowledge(line, number);
    }
  }

  private keep(line: Line, number: number, updates: Uint8Array[]): void {
    this.copies.push(updates);
    line.notice({ kind: "kept", id: "copy", batch: number });
  }
}

function sync(step: number, bytes: Uint8Array): Uint8Array {
  return encoding.encode((to) => {
    encoding.writeVarUint(to, 0);
    encoding.writeVarUint(to, step);
    encoding.writeVarUint8Array(to, bytes);
  });
}

function batch(seq: number, updates: Uint8Array[]): Uint8Array {
  return encoding.encode((to) => {
    encoding.writeVarUint(to, 101);
    encoding.writeVarUint(to, seq);
    encoding.writeVarUint(to, updates.length);
    for (const update of updates) encoding.writeVarUint8Array(to, update);
  });
}

/** Somebody in the room. */
export class Writer {
  readonly doc = new Y.Doc();
  readonly clock = new StillClock();
  readonly states: State[] = [];
  readonly provider: Provider;
  synced = 0;
  write: [boolean, string][] = [];
  /** What stood in the text each time before others' changes came. */
  before: string[] = [];

  constructor(
    readonly room: Room,
    readonly device: Memory = new Memory(),
  ) {
    this.provider = new Provider(this.doc, {
      connect: room.enter,
      device,
      clock: this.clock,
      show: (state) => this.states.push(state),
      synced: () => (this.synced += 1),
      beforeOthers: () => this.before.push(this.text),
      mayWrite: (write, reason) => this.write.push([write, reason]),
    });
    (this.provider.awareness as unknown as { _checkInterval: NodeJS.Timeout })._checkInterval.unref();
  }

  static async into(room: Room, device = new Memory()): Promise<Writer> {
    const writer = new Writer(room, device);
    writer.provider.connect();
    await settled();
    return writer;
  }

  get state(): State {
    return this.provider.state;
  }

  get text(): string {
    return this.doc.getText("text").toString();
  }

  types(text: string, at = this.text.length): void {
    this.doc.getText("text").insert(at, text);
  }
}
