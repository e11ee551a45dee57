// Where a reader stopped in which film: kept in this browser for a time, for one reader at a time.

const KEY = "gongbei-films";
const MOST = 50;
const LONGEST = 90 * 24 * 3600 * 1000;
const FIRST = 10;
const LAST = 15;

interface Place { at: number; kept: number }
interface Kept { reader: string; films: Record<string, Place> }

/** The place to go on from: 0 near the beginning, near the end, and where nothing is known. */
export function remembered(at: number, duration: number): number {
  return at >= FIRST && at <= duration - LAST ? at : 0;
}

/** ``4:36`` or ``1:02:03``. */
export function shownTime(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (part: number): string => String(part).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** The places of one reader; another's, on a shared computer, are forgotten by the first one kept. */
export class Positions {
  constructor(
    private readonly store: Pick<Storage, "getItem" | "setItem" | "removeItem"> | null,
    private readonly reader: string,
    private readonly now: () => number = Date.now,
  ) {}

  of(film: string): number {
    return this.read()[film]?.at ?? 0;
  }

  keep(film: string, at: number, duration: number): void {
    if (remembered(at, duration) === 0) {
      if (at > duration - LAST) this.forget(film);
      return;
    }
    const films = { ...this.read(), [film]: { at: Math.floor(at), kept: this.now() } };
    this.write(films);
  }

  forget(film: string): void {
    const films = this.read();
    delete films[film];
    this.write(films);
  }

  private read(): Record<string, Place> {
    try {
      const kept = JSON.parse(this.store?.getItem(KEY) ?? "null") as Kept | null;
      if (!kept || kept.reader !== this.reader) return {};
      const young = Object.entries(kept.films).filter(([, place]) => this.now() - place.kept < LONGEST);
      return Object.fromEntries(young);
    } catch {
      return {};
    }
  }

  private write(films: Record<string, Place>): void {
    const newest = Object.entries(films).sort(([, a], [, b]) => b.kept - a.kept).slice(0, MOST);
    const kept: Kept = { reader: this.reader, films: Object.fromEntries(newest) };
    try {
      this.store?.setItem(KEY, JSON.stringify(kept));
    } catch {
      // The storage is full or forbidden: nothing is remembered.
    }
  }
}
