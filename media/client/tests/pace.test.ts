import assert from "node:assert/strict";
import { test } from "node:test";

import { fingerprintOf, plain } from "../fingerprint";
import { Pace } from "../pace";
import { amount, fill, span, Texts } from "../texts";

const texts = { seconds: "%(count)s s", minutes: "%(count)s min", hours: "%(count)s h" } as Texts;

test("speed and time left come from the last seconds", () => {
  const pace = new Pace();
  for (let second = 0; second <= 60; second += 1) {
    pace.note(second < 30 ? 0 : (second - 30) * 1000, second * 1000);
  }
  assert.equal(pace.speed(), 1000);
  assert.equal(pace.left(5500), 6);
});

test("nothing is said of the speed before it is known", () => {
  const pace = new Pace();
  pace.note(0, 0);
  pace.note(900, 100);
  assert.equal(pace.speed(), 0);
  assert.equal(pace.left(1000), 0);
});

test("amounts and times are short", () => {
  assert.deepEqual([amount(512), amount(1024 * 1024 * 1.5), amount(612 * 1024 * 1024)], ["512 B", "1.5 MB", "612 MB"]);
  assert.deepEqual([span(9, texts), span(61, texts), span(9000, texts)], ["9 s", "2 min", "2.5 h"]);
  assert.equal(fill("%(a)s of %(b)s", { a: 1, b: "x" }), "1 of x");
});

test("two files that differ in a byte, a name or a time have different fingerprints", async () => {
  const make = (content: string, name: string, lastModified: number): File =>
    new File([content], name, { lastModified });
  const prints = await Promise.all([
    fingerprintOf(make("a", "课.mp4", 1)),
    fingerprintOf(make("a", "课.mp4", 1)),
    fingerprintOf(make("b", "课.mp4", 1)),
    fingerprintOf(make("a", "课2.mp4", 1)),
    fingerprintOf(make("a", "课.mp4", 2)),
  ]);
  assert.equal(prints[0], prints[1]);
  assert.equal(new Set(prints).size, 4);
  assert.equal(plain(new Uint8Array([1])).length, 32);
});
