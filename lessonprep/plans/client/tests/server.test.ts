import { put, TEXT_FORM, TEXTS } from "./page";

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { flatten } from "../fields";
import { Server, type Outcome, type Upload } from "../server";

const JSON_TYPE = { "content-type": "application/json" };
const HTML_TYPE = { "content-type": "text/html" };
const NOW = { last: false, renew: false };

let form: HTMLFormElement;
beforeEach(() => {
  form = put(TEXT_FORM);
});

function answer(body: unknown, status: number, headers: Record<string, string> = JSON_TYPE): Response {
  return new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });
}

function server(...answers: (Response | Error)[]): { server: Server; requests: [string, RequestInit][] } {
  const requests: [string, RequestInit][] = [];
  const fetch = async (address: unknown, options: RequestInit = {}): Promise<Response> => {
    requests.push([String(address), options]);
    const next = answers.shift();
    if (!next || next instanceof Error) throw next ?? new Error("no more answers");
    return next;
  };
  return { server: new Server(form, TEXTS, flatten, fetch as typeof window.fetch), requests };
}

test("a save posts the fields, the base and the token, and asks for JSON", async () => {
  const { server: one, requests } = server(answer({ base: "base1", saved_at: "15:42" }, 200));

  const outcome = await one.send({ body: "<p>一</p>" }, "base0", NOW);

  assert.deepEqual(outcome, { name: "saved", base: "base1", savedAt: "15:42" });
  const [address, options] = requests[0]!;
  assert.equal(address, "https://school.example/workspace/plans/1/sections/2/");
  assert.deepEqual(options.headers, { Accept: "application/json", "X-CSRFToken": "token" });
  assert.deepEqual(Object.fromEntries((options.body as FormData).entries()), { body: "<p>一</p>", base: "base0" });
});

test("only a last save that is small enough outlives its page", async () => {
  const { server: one, requests } = server(answer({ base: "1" }, 200), answer({ base: "2" }, 200), answer({ base: "3" }, 200));
  await one.send({ body: "一" }, "", NOW);
  await one.send({ body: "一" }, "", { last: true, renew: false });
  await one.send({ body: "一".repeat(25_000) }, "", { last: true, renew: false });

  assert.deepEqual(requests.map(([, options]) => options.keepalive), [false, true, false]);
});

const theirs = { theirs: { heading: "目标", body: "<p>他</p>" }, base: "b", by: "马文涛", saved_at: "15:41", error: { code: "stale", message: "…" } };

const MEANINGS: [string, Response | Error, Outcome][] = [
  ["no network", new TypeError("Failed to fetch"), { name: "unreachable", busy: false }],
  ["an answer that breaks off", answer("{", 200), { name: "unreachable", busy: false }],
  ["a server in trouble", answer("", 503, HTML_TYPE), { name: "unreachable", busy: true }],
  ["too many requests", answer("", 429, HTML_TYPE), { name: "unreachable", busy: true }],
  ["a stale save", answer(theirs, 409), {
    name: "stale",
    conflict: { fields: { heading: "目标", body: "<p>他</p>" }, base: "b", by: "马文涛", savedAt: "15:41" },
  }],
  ["an invalid text", answer({ error: { code: "invalid", message: "Too long.", field: "body" } }, 400), {
    name: "refused", why: "invalid", reason: "Too long.", field: "body",
  }],
  ["a phase that moved", answer({ error: { code: "not_now", message: "In review." } }, 403), {
    name: "refused", why: "refused", reason: "In review.", field: null,
  }],
  ["a plan that is gone", answer("", 404, HTML_TYPE), { name: "refused", why: "refused", reason: "gone", field: null }],
  ["a text that is too large", answer("", 413, HTML_TYPE), { name: "refused", why: "invalid", reason: "too_large", field: null }],
  ["the sign-in page", answer("<form>", 200, HTML_TYPE), { name: "refused", why: "signed-out", reason: "signed_out", field: null }],
  ["a refused token", answer("<h1>CSRF", 403, HTML_TYPE), { name: "refused", why: "signed-out", reason: "signed_out", field: null }],
];

for (const [name, response, expected] of MEANINGS) {
  test(`${name} is understood`, async () => {
    const { server: one } = server(response);

    assert.deepEqual(await one.send({ body: "" }, "base0", NOW), expected);
  });
}

const UPLOADS: [string, Response | Error, Upload][] = [
  ["a stored picture", answer({ media: "8c1f" }, 200), { media: "8c1f" }],
  ["no picture", answer({ error: { code: "invalid", message: "Not a picture." } }, 400), { reason: "Not a picture.", again: false }],
  ["a phase that moved", answer({ error: { code: "not_now", message: "In review." } }, 403), { reason: "In review.", again: false }],
  ["a picture over the limit of the web server", answer("", 413, HTML_TYPE), { reason: "picture_too_large", again: false }],
  ["no network", new TypeError("Failed to fetch"), { reason: "picture_unreachable", again: true }],
  ["a server in trouble", answer("", 503, HTML_TYPE), { reason: "picture_unreachable", again: true }],
  ["the sign-in page", answer("<form>", 200, HTML_TYPE), { reason: "signed_out", again: true }],
];

for (const [name, response, expected] of UPLOADS) {
  test(`of an upload, ${name} is understood`, async () => {
    const { server: one, requests } = server(response);

    assert.deepEqual(await one.upload("/pictures/", new File(["x"], "1.png")), expected);
    assert.equal(requests[0]?.[0], "/pictures/");
  });
}

test("after signing in again the new token is taken from the page", async () => {
  const page = TEXT_FORM.replace('value="token"', 'value="fresh"');
  const { server: one, requests } = server(answer(page, 200, HTML_TYPE), answer({ base: "base1", saved_at: "" }, 200));

  const outcome = await one.send({ body: "" }, "base0", { last: false, renew: true });

  assert.equal(outcome.name, "saved");
  assert.equal((requests[1]?.[1].headers as Record<string, string>)["X-CSRFToken"], "fresh");
});

test("one person's text is never saved in another's name", async () => {
  const page = TEXT_FORM.replace('data-user="7"', 'data-user="8"');
  const { server: one, requests } = server(answer(page, 200, HTML_TYPE));

  const outcome = await one.send({ body: "" }, "base0", { last: false, renew: true });

  assert.deepEqual(outcome, { name: "refused", why: "refused", reason: "other_user", field: null });
  assert.equal(requests.length, 1);
});
