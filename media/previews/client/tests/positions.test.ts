import assert from "node:assert/strict";
import { test } from "node:test";

import { Positions, remembered, shownTime } from "../positions";

class Store {
  private readonly kept = new Map<string, string>();
  getItem(key: string): string | null { return this.kept.get(key) ?? null; }
  setItem(key: string, value: string): void { this.kept.set(key, value); }
  removeItem(key: string): void { this.kept.delete(key); }
}

test("one goes on where one stopped, but not from the first seconds or the last", () => {
  assert.equal(remembered(276, 600), 276);
  assert.equal(remembered(5, 600), 0);
  assert.equal(remembered(590, 600), 0);
  assert.equal(shownTime(276), "4:36");
  assert.equal(shownTime(3723), "1:02:03");
});

test("a film seen to its end is forgotten", () => {
  const positions = new Positions(new Store(), "7");
  positions.keep("a", 276, 600);
  assert.equal(positions.of("a"), 276);

  positions.keep("a", 595, 600);

  assert.equal(positions.of("a"), 0);
});

test("another reader of the same browser finds nothing, and leaves nothing of the first", () => {
  const store = new Store();
  new Positions(store, "7").keep("a", 276, 600);

  const other = new Positions(store, "8");
  assert.equal(other.of("a"), 0);
  other.keep("b", 100, 600);

  assert.equal(new Positions(store, "7").of("a"), 0);
});

test("fifty films are remembered, for ninety days", () => {
  const store = new Store();
  let now = 0;
  const positions = new Positions(store, "7", () => now);
  for (let film = 0; film < 60; film += 1) {
    now += 1;
    positions.keep(String(film), 100, 600);
  }
  assert.equal(positions.of("5"), 0);
  assert.equal(positions.of("59"), 100);

  now += 91 * 24 * 3600 * 1000;

  assert.equal(positions.of("59"), 0);
});

test("a browser that keeps nothing plays all the same", () => {
  const positions = new Positions(null, "");
  positions.keep("a", 276, 600);
  assert.equal(positions.of("a"), 0);
});
