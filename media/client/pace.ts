// How fast it goes and how long it will take, from the last seconds alone.

const WINDOW = 15_000;

export class Pace {
  private seen: [number, number][] = [];

  note(bytes: number, now: number): void {
    this.seen.push([now, bytes]);
    while (this.seen.length > 2 && now - this.seen[0]![0] > WINDOW) this.seen.shift();
  }

  /** Begins anew, as after a pause. */
  forget(): void {
    this.seen = [];
  }

  /** Bytes a second; 0 where it is not known yet. */
  speed(): number {
    const first = this.seen[0];
    const last = this.seen[this.seen.length - 1];
    if (!first || !last || last[0] - first[0] < 500) return 0;
    return Math.max(0, ((last[1] - first[1]) * 1000) / (last[0] - first[0]));
  }

  /** Seconds that so many bytes will take; 0 where it is not known. */
  left(bytes: number): number {
    const speed = this.speed();
    return speed ? Math.ceil(bytes / speed) : 0;
  }
}
