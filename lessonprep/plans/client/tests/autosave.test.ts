import "./page";

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Autosave, DEBOUNCE, LONGEST_RETRY, LONGEST_WAIT, type Draft, type State } from "../autosave";
import type { Fields } from "../fields";
import type { Conflict, Outcome } from "../server";
import { settled } from "./page";

/** A desk with everything the autosave reaches for; time passes only by `pass`. */
class Desk {
  text = "一";
  composing = false;
  canKeep = true;
  shown: State[] = [];
  draft: Draft | null = null;
  requests: { fields: Fields; base: string; how: object; answer: (outcome: Outcome) => void }[] = [];
  autosave: Autosave;
  private now = 0;
  private timers: { at: number; action: () => void }[] = [];

  constructor() {
    this.autosave = new Autosave(
      {
        read: () => ({ body: this.text }),
        apply: (fields) => void (this.text = fields.body ?? ""),
        fingerprint: (fields) => fields.body?.trim() ?? "",
        composing: () => this.composing,
        send: (fields, base, how) =>
          new Promise((answer) => this.requests.push({ fields, base, how, answer })),
        keep: (draft) => {
          if (this.canKeep) this.draft = draft;
          return this.canKeep;
        },
        forget: () => void (this.draft = null),
        show: (state) => void this.shown.push(state),
        clock: {
          now: () => this.now,
          random: () => 1,
          after: (milliseconds, action) => {
            const timer = { at: this.now + milliseconds, action };
            this.timers.push(timer);
            return () => void (this.timers = this.timers.filter((one) => one !== timer));
          },
        },
      },
      "base0",
    );
  }

  type(text: string): void {
    this.text = text;
    this.autosave.changed();
  }

  async pass(milliseconds: number): Promise<void> {
    const end = this.now + milliseconds;
    for (;;) {
      const next = this.timers.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
      if (!next) break;
      this.timers = this.timers.filter((one) => one !== next);
      this.now = Math.max(this.now, next.at);
      next.action();
      await settled();
    }
    this.now = end;
  }

  async answer(outcome: Outcome): Promise<void> {
    this.requests[this.requests.length - 1]?.answer(outcome);
    await settled();
  }

  get state(): State | undefined {
    return this.shown[this.shown.length - 1];
  }
}

const saved = (base: string): Outcome => ({ name: "saved", base, savedAt: "15:42" });
const unreachable: Outcome = { name: "unreachable", busy: false };
const conflict = (body: string): Conflict => ({ fields: { body }, base: "theirs", by: "马文涛", savedAt: "15:41" });
const stale = (body: string): Outcome => ({ name: "stale", conflict: conflict(body) });
const signedOut: Outcome = { name: "refused", why: "signed-out", reason: "signed out", field: null };

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});

test("nothing is sent before someone types", async () => {
  await desk.pass(60_000);
  desk.autosave.flush();
  desk.autosave.leave();

  assert.equal(desk.requests.length, 0);
});

test("text is sent once typing has paused, and is called saved only when acknowledged", async () => {
  desk.type("一二");
  await desk.pass(DEBOUNCE - 1);
  assert.equal(desk.requests.length, 0);

  await desk.pass(1);

  assert.equal(desk.requests[0]?.base, "base0");
  assert.deepEqual(desk.state, { name: "saving" });
  assert.equal(desk.autosave.unacknowledged, true);
  await desk.answer(saved("base1"));
  assert.deepEqual(desk.state, { name: "saved", at: "15:42" });
  assert.equal(desk.autosave.unacknowledged, false);
});

test("someone who never pauses is saved all the same", async () => {
  for (let at = 0; at < LONGEST_WAIT; at += 1000) {
    desk.type(`一${at}`);
    await desk.pass(1000);
  }

  assert.equal(desk.requests.length, 1);
});

test("leaving the section saves at once", () => {
  desk.type("一二");
  desk.autosave.flush();

  assert.equal(desk.requests.length, 1);
});

test("one request at a time: what is typed meanwhile follows with the new base", async () => {
  desk.type("一二");
  desk.autosave.flush();
  desk.type("一二三");
  desk.autosave.flush();
  assert.equal(desk.requests.length, 1);

  await desk.answer(saved("base1"));

  assert.deepEqual(desk.requests.map(({ base, fields }) => [base, fields.body]), [["base0", "一二"], ["base1", "一二三"]]);
  assert.deepEqual(desk.state, { name: "saving" });
});

test("text that was typed and taken back is not sent", async () => {
  desk.type("一二");
  desk.type("一");
  await desk.pass(DEBOUNCE);

  assert.equal(desk.requests.length, 0);
  assert.equal(desk.autosave.unacknowledged, false);
});

test("nothing is saved in the middle of a composition, and soon after its end", async () => {
  desk.composing = true;
  desk.type("一ji'nan");
  await desk.pass(LONGEST_WAIT * 2);
  desk.autosave.flush();
  desk.autosave.leave();
  assert.equal(desk.requests.length, 0);

  desk.composing = false;
  desk.type("一济南");
  desk.autosave.composed();
  await desk.pass(DEBOUNCE);

  assert.deepEqual(desk.requests.map(({ fields }) => fields.body), ["一济南"]);
});

test("a composition that begins while a save is on its way leaves the rest unsaved, and says so", async () => {
  desk.type("一二");
  desk.autosave.flush();
  desk.composing = true;
  desk.type("一二p");
  await desk.answer(saved("base1"));

  assert.deepEqual(desk.state, { name: "saving" });
  assert.equal(desk.autosave.unacknowledged, true);
});

test("offline, the text is on this device; it is sent until it arrives, then erased here", async () => {
  desk.type("一二");
  await desk.pass(DEBOUNCE);
  await desk.answer(unreachable);
  assert.deepEqual(desk.state, { name: "waiting", kept: true, busy: false });
  assert.equal(desk.draft?.fields.body, "一二");

  await desk.pass(1000);
  assert.equal(desk.requests.length, 2);
  await desk.answer(saved("base1"));

  assert.deepEqual(desk.state, { name: "saved", at: "15:42" });
  assert.equal(desk.draft, null);
});

test("retries grow rarer, never rarer than half a minute, and never end", async () => {
  desk.type("一二");
  await desk.pass(DEBOUNCE);
  for (let attempt = 0; attempt < 10; attempt += 1) {
    await desk.answer(unreachable);
    await desk.pass(LONGEST_RETRY);
  }
  assert.equal(desk.requests.length, 11);

  await desk.answer(unreachable);
  await desk.pass(LONGEST_RETRY - 1);

  assert.equal(desk.requests.length, 11);
});

test("the network's return is used at once", async () => {
  desk.type("一二");
  await desk.pass(DEBOUNCE);
  await desk.answer(unreachable);
  desk.autosave.online();

  assert.equal(desk.requests.length, 2);
});

test("a device that can keep nothing is not said to", async () => {
  desk.canKeep = false;
  desk.type("一二");
  await desk.pass(DEBOUNCE);
  await desk.answer(unreachable);

  assert.deepEqual(desk.state, { name: "waiting", kept: false, busy: false });
});

test("a page that goes keeps the text and sends it a last time", () => {
  desk.type("一二");
  desk.autosave.leave();

  assert.equal(desk.draft?.fields.body, "一二");
  assert.deepEqual(desk.requests[0]?.how, { last: true, renew: false });
});

test("a page that goes while a save is on its way keeps the newer text", () => {
  desk.type("一二");
  desk.autosave.flush();
  desk.type("一二三");
  desk.autosave.leave();

  assert.equal(desk.requests.length, 1);
  assert.equal(desk.draft?.fields.body, "一二三");
});

test("a stale save stops the autosave and shows both texts", async () => {
  desk.type("一二");
  await desk.pass(DEBOUNCE);
  await desk.answer(stale("别人的"));
  assert.deepEqual(desk.state, { name: "stale", conflict: conflict("别人的") });

  desk.type("一二三");
  await desk.pass(60_000);
  desk.autosave.flush();

  assert.equal(desk.requests.length, 1);
  assert.equal(desk.text, "一二三");
  assert.equal(desk.draft?.fields.body, "一二三");
  assert.equal(desk.autosave.unacknowledged, true);
});

test("mine goes over theirs only when chosen, on the base that was shown", async () => {
  desk.type("一二");
  await desk.pass(DEBOUNCE);
  await desk.answer(stale("别人的"));
  desk.autosave.putMineOverTheirs();

  assert.equal(desk.requests[1]?.base, "theirs");
  assert.equal(desk.requests[1]?.fields.body, "一二");
  await desk.answer(saved("base2"));
  assert.deepEqual(desk.state, { name: "saved", at: "15:42" });
});

test("theirs that changed again before mine came is shown again", async () => {
  desk.type("一二");
  await desk.pass(DEBOUNCE);
  await desk.answer(stale("别人的"));
  desk.autosave.putMineOverTheirs();
  await desk.answer(stale("又改了"));

  assert.deepEqual(desk.state, { name: "stale", conflict: conflict("又改了") });
});

test("taking theirs ends the conflict without another save", async () => {
  desk.type("一二");
  await desk.pass(DEBOUNCE);
  await desk.answer(stale("别人的"));
  desk.autosave.takeTheirs();
  await desk.pass(60_000);

  assert.equal(desk.text, "别人的");
  assert.equal(desk.requests.length, 1);
  assert.deepEqual(desk.state, { name: "saved", at: "15:41" });
  assert.equal(desk.draft, null);
});

test("a conflict does not interrupt a composition", async () => {
  desk.type("一二");
  await desk.pass(DEBOUNCE);
  desk.composing = true;
  desk.type("一二p");
  await desk.answer(stale("别人的"));
  assert.deepEqual(desk.state, { name: "saving" });

  desk.composing = false;
  desk.autosave.composed();

  assert.equal(desk.state?.name, "stale");
});

test("a conflict with one's own text, of which the answer was lost, is none", async () => {
  desk.type("一二");
  await desk.pass(DEBOUNCE);
  await desk.answer(unreachable); // the server had stored it
  desk.type("一二三");
  await desk.pass(1000);
  await desk.answer(stale("一二 "));
  await desk.pass(DEBOUNCE);

  assert.deepEqual(desk.requests.map(({ base, fields }) => [base, fields.body]), [
    ["base0", "一二"], ["base0", "一二三"], ["theirs", "一二三"],
  ]);
});

test("the same text by another hand is no conflict either", async () => {
  desk.type("一二");
  await desk.pass(DEBOUNCE);
  await desk.answer(stale("一二"));

  assert.deepEqual(desk.state, { name: "saved", at: "15:41" });
});

test("what is invalid is said, kept, and tried again after the next key", async () => {
  desk.type("一二");
  await desk.pass(DEBOUNCE);
  await desk.answer({ name: "refused", why: "invalid", reason: "too long", field: "body" });
  assert.deepEqual(desk.state, { name: "refused", reason: "too long", field: "body", kept: true });

  desk.type("一");
  desk.type("一三");
  await desk.pass(DEBOUNCE);

  assert.equal(desk.requests.length, 2);
});

test("who may no longer write is told so and not tried for; the text stays", async () => {
  desk.type("一二");
  await desk.pass(DEBOUNCE);
  await desk.answer({ name: "refused", why: "refused", reason: "in review", field: null });
  desk.type("一二三");
  await desk.pass(60_000);

  assert.equal(desk.requests.length, 1);
  assert.equal(desk.draft?.fields.body, "一二三");
  desk.autosave.retry();
  assert.equal(desk.requests.length, 2);
});

test("after signing in elsewhere, the return to the page saves with a renewed token", async () => {
  desk.type("一二");
  await desk.pass(DEBOUNCE);
  await desk.answer(signedOut);
  desk.autosave.returned();

  assert.deepEqual(desk.requests[1]?.how, { last: false, renew: true });
});

test("a restored draft is saved on the base it was made from, so that a newer text is not overwritten", async () => {
  desk.autosave.restore({ base: "old", fields: { body: "昨天写的" }, sent: [], at: 0 });

  assert.equal(desk.requests[0]?.base, "old");
  assert.equal(desk.requests[0]?.fields.body, "昨天写的");
  await desk.answer(stale("今天的"));
  assert.equal(desk.state?.name, "stale");
});

test("a restored draft knows what may have arrived already", async () => {
  desk.autosave.restore({ base: "old", fields: { body: "写完了" }, sent: ["写了一半"], at: 0 });
  await desk.answer(stale("写了一半"));
  await desk.pass(DEBOUNCE);

  assert.deepEqual(desk.requests.map(({ base }) => base), ["old", "theirs"]);
});
