import "./page";

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Drafts, eraseAll, eraseOld } from "../drafts";

const draft = (text: string, at = 1, base = "b0") => ({ base, fields: { body: text }, sent: [], at });
const drafts = (user: string, page: string, address = "/sections/1/") => new Drafts(localStorage, user, address, page);

beforeEach(() => localStorage.clear());

test("what one page kept, the next one of the same person and section finds, the newest first", () => {
  drafts("7", "one").keep(draft("旧", 1));
  drafts("7", "two").keep(draft("新", 2));

  assert.deepEqual(drafts("7", "three").found().map((found) => found.draft.fields.body), ["新", "旧"]);
});

test("another person and another section find nothing", () => {
  drafts("7", "one").keep(draft("一"));

  assert.deepEqual(drafts("8", "two").found(), []);
  assert.deepEqual(drafts("7", "two", "/sections/11/").found(), []);
});

test("a page has one record, also after its base has changed, and erases only that", () => {
  const one = drafts("7", "one");
  one.keep(draft("一", 1, "b0"));
  one.keep(draft("二", 2, "b1"));
  drafts("7", "two").keep(draft("三", 3));
  assert.equal(localStorage.length, 2);

  one.forget();

  assert.deepEqual(drafts("7", "x").found().map((found) => found.draft.fields.body), ["三"]);
});

test("where nothing may be kept, nothing is said to be", () => {
  assert.equal(new Drafts(null, "7", "/", "one").keep(draft("一")), false);
  assert.equal(drafts("", "one").keep(draft("一")), false);
});

test("a full device is no place to keep", () => {
  const full = { setItem: () => { throw new Error("QuotaExceededError"); } } as unknown as Storage;

  assert.equal(new Drafts(full, "7", "/", "one").keep(draft("一")), false);
});

test("old drafts are erased, and all of them at sign-out", () => {
  const month = 30 * 24 * 3600 * 1000;
  drafts("7", "one").keep(draft("一", 1));
  drafts("7", "two").keep(draft("二", month));
  localStorage.setItem("other", "stays");
  eraseOld(localStorage, month + 2);
  assert.deepEqual(drafts("7", "x").found().map((found) => found.draft.fields.body), ["二"]);

  eraseAll(localStorage);

  assert.deepEqual(Object.keys(localStorage), ["other"]);
});
