// One file on its way: part by part, three at once, for as long as it takes.

import { fingerprintOf, headOf } from "./fingerprint";
import { Pace } from "./pace";
import { Missing, Refused, Server, Told, Unreachable } from "./server";

const AT_ONCE = 3;
const LINKS = 12;
const ROUNDS = 5;
const FRESH = 10 * 60_000; // links of parts work for a quarter of an hour
const LONGEST_WAIT = 20_000;

export type Stage = "reading" | "sending" | "waiting" | "paused" | "joining" | "done" | "refused";

export interface View {
  stage: Stage;
  sent: number;
  size: number;
  speed: number;
  left: number;
  told: Told | null;
  reason: string;
}

export class Transfer {
  readonly view: View;
  private stop = new AbortController();
  private paused = false;
  private wake: (() => void) | null = null;
  private parts = new Set<number>();
  private under = new Map<number, number>(); // bytes of the parts that are on their way
  private links = new Map<number, string>();
  private linksAt = 0;
  private pace = new Pace();

  constructor(
    readonly file: File,
    private readonly server: Server,
    private readonly about: { model: string; school: string },
    private readonly show: (view: View) => void,
  ) {
    this.view = { stage: "reading", sent: 0, size: file.size, speed: 0, left: 0, told: null, reason: "" };
  }

  get isActive(): boolean {
    return !["done", "refused"].includes(this.view.stage);
  }

  /** Goes on until the file has arrived, or the server will not have it. */
  async run(): Promise<void> {
    window.addEventListener("online", this.nudge);
    try {
      await this.whole();
    } catch (error) {
      if (error instanceof Refused) this.tell("refused", error.message);
      else if (!this.stop.signal.aborted) this.tell("refused", "");
    } finally {
      window.removeEventListener("online", this.nudge);
    }
  }

  pause(): void {
    this.paused = true;
    this.halt();
    this.tell("paused");
  }

  resume(): void {
    this.paused = false;
    this.tell("waiting");
    this.nudge();
  }

  async discard(): Promise<void> {
    this.paused = false;
    const id = this.view.told?.id;
    this.tell("refused", "");
    this.halt();
    this.nudge();
    if (id) await this.server.discard(id).catch(() => undefined);
  }

  private async whole(): Promise<void> {
    const about = {
      name: this.file.name,
      size: this.file.size,
      head: await headOf(this.file),
      fingerprint: await fingerprintOf(this.file),
      ...this.about,
    };
    let told = await this.persist(() => this.server.start(about));
    for (let round = 0; told.state === "open" && round < ROUNDS; round += 1) {
      const id = told.id;
      this.take(told);
      try {
        await this.sendAll();
        this.tell("joining");
        told = await this.persist(() => this.server.complete(id));
      } catch (error) {
        // The storage knows better than we what has arrived: ask it, and send the rest.
        if (!(error instanceof Missing)) throw error;
        told = await this.persist(() => this.server.start(about));
      }
    }
    if (told.state === "open") throw new Refused("");
    this.view.told = told;
    if (told.state === "refused") throw new Refused(told.reason);
    this.view.sent = this.file.size;
    this.tell("done");
  }

  private take(told: Told): void {
    this.view.told = told;
    this.parts = new Set(told.parts);
    this.links.clear();
    this.pace.forget();
    this.count();
  }

  private async sendAll(): Promise<void> {
    this.tell("sending");
    const numbers = Array.from({ length: this.total() }, (_, at) => at + 1);
    const waiting = numbers.filter((number) => !this.parts.has(number));
    const lane = async (): Promise<void> => {
      for (let number = waiting.shift(); number; number = waiting.shift()) {
        const mine = number;
        await this.persist(() => this.sendPart(mine, waiting));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  }

  private async sendPart(number: number, waiting: number[]): Promise<void> {
    const link = await this.link(number, waiting);
    const size = this.view.told!.part_size;
    const part = this.file.slice((number - 1) * size, number * size);
    try {
      if (this.view.stage === "waiting") this.tell("sending");
      await this.server.send(link, part, (bytes) => this.progress(number, bytes), this.stop.signal);
      this.parts.add(number);
    } catch (error) {
      this.links.delete(number);
      throw error;
    } finally {
      this.under.delete(number);
      this.count();
    }
  }

  private async link(number: number, waiting: number[]): Promise<string> {
    if (Date.now() - this.linksAt > FRESH) this.links.clear();
    if (!this.links.has(number)) {
      const wanted = [number, ...waiting.slice(0, LINKS)];
      const found = await this.server.links(this.view.told!.id, wanted);
      for (const [key, link] of Object.entries(found)) this.links.set(Number(key), link);
      this.linksAt = Date.now();
    }
    const link = this.links.get(number);
    if (!link) throw new Missing(String(number));
    return link;
  }

  /** Asks again, later and later, while the line is down; a pause waits for its end. */
  private async persist<T>(ask: () => Promise<T>): Promise<T> {
    for (let wait = 1000; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      if (this.paused) await this.sleep(0);
      if (!this.isActive) throw new Refused("");
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        if (!this.paused && this.isActive) {
          this.tell("waiting");
          await this.sleep(wait);
        }
      }
    }
  }

  /** Waits so many milliseconds, or until somebody nudges; 0 is for ever. */
  private sleep(wait: number): Promise<void> {
    return new Promise((done) => {
      const before = this.wake;
      const timer = wait ? window.setTimeout(done, wait) : 0;
      this.wake = (): void => {
        window.clearTimeout(timer);
        before?.();
        done();
      };
    });
  }

  private nudge = (): void => {
    const wake = this.wake;
    this.wake = null;
    wake?.();
  };

  private halt(): void {
    this.stop.abort();
    this.stop = new AbortController();
  }

  private progress(number: number, bytes: number): void {
    this.under.set(number, bytes);
    this.count();
    if (this.view.stage === "sending") this.tell("sending");
  }

  private total(): number {
    return Math.ceil(this.file.size / this.view.told!.part_size);
  }

  private count(): void {
    const size = this.view.told!.part_size;
    const last = this.total();
    let sent = 0;
    for (const number of this.parts) sent += number === last ? this.file.size - (last - 1) * size : size;
    for (const bytes of this.under.values()) sent += bytes;
    this.view.sent = Math.min(sent, this.file.size);
    this.pace.note(this.view.sent, Date.now());
    this.view.speed = this.pace.speed();
    this.view.left = this.pace.left(this.file.size - this.view.sent);
  }

  private tell(stage: Stage, reason = ""): void {
    if (stage !== "sending" && stage !== "done") this.pace.forget();
    this.view.stage = stage;
    this.view.reason = reason;
    this.show(this.view);
  }
}
