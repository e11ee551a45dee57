/** Saving over the network: one POST, and what its answer means. */

import type { Fields, Theirs } from "./fields";
import type { Texts } from "./texts";

/** Somebody else changed the section since this form was made. */
export interface Conflict {
  fields: Fields;
  base: string;
  by: string;
  savedAt: string;
}

export type Outcome =
  | { name: "saved"; base: string; savedAt: string }
  | { name: "stale"; conflict: Conflict }
  | { name: "unreachable"; busy: boolean }
  | { name: "refused"; why: "invalid" | "refused" | "signed-out"; reason: string; field: string | null };

interface Answer {
  media?: string;
  base?: string;
  saved_at?: string;
  by?: string;
  theirs?: Theirs;
  error?: { code?: string; message?: string; field?: string };
}

/** What became of a picture: its name in texts, or why not and whether to try again helps. */
export interface Unsent {
  reason: string;
  again: boolean;
}
export type Upload = { media: string } | Unsent;

const PATIENCE = 30_000;
const PATIENCE_FOR_FILES = 300_000;
const LARGEST_KEEPALIVE = 60_000; // bytes; browsers refuse 64 KiB
const TRY_LATER = new Set([408, 425, 429]);

export class Server {
  constructor(
    private readonly form: HTMLFormElement,
    private readonly texts: Texts,
    private readonly fieldsOf: (theirs: Theirs) => Fields,
    private readonly fetch: typeof window.fetch = window.fetch.bind(window),
  ) {}

  async send(
    fields: Fields,
    base: string,
    { last, renew }: { last: boolean; renew: boolean },
  ): Promise<Outcome> {
    try {
      const obstacle = renew ? await this.renew() : null;
      return obstacle ?? (await this.read(await this.post(fields, base, last)));
    } catch {
      return { name: "unreachable", busy: false };
    }
  }

  /** Sends a picture for the text of this form. */
  async upload(address: string, file: File): Promise<Upload> {
    const body = new FormData();
    body.append("file", file, file.name);
    const headers = { Accept: "application/json", "X-CSRFToken": this.token?.value ?? "" };
    const options: RequestInit = { method: "POST", body, headers, redirect: "manual" };
    try {
      const response = await this.request(address, options, PATIENCE_FOR_FILES);
      if (response.status === 413) return { reason: this.texts("picture_too_large"), again: false };
      const answer = await json(response);
      if (response.ok && answer?.media) return { media: answer.media };
      if (response.status >= 500 || TRY_LATER.has(response.status)) throw new Error("busy");
      if (!answer) return { reason: this.texts("signed_out"), again: true };
      return { reason: answer.error?.message ?? this.texts("refused"), again: false };
    } catch {
      return { reason: this.texts("picture_unreachable"), again: true };
    }
  }

  private post(fields: Fields, base: string, last: boolean): Promise<Response> {
    const body = new FormData();
    for (const [name, value] of Object.entries({ ...fields, base })) body.append(name, value);
    const size = new Blob(Object.values(fields)).size;
    return this.request(this.form.action, {
      method: "POST",
      body,
      headers: { Accept: "application/json", "X-CSRFToken": this.token?.value ?? "" },
      redirect: "manual",
      keepalive: last && size < LARGEST_KEEPALIVE,
    });
  }

  private async request(address: string, options: RequestInit, longest = PATIENCE): Promise<Response> {
    const patience = new AbortController();
    const timer = window.setTimeout(() => patience.abort(), longest);
    try {
      return await this.fetch(address, {
        credentials: "same-origin",
        cache: "no-store",
        signal: patience.signal,
        ...options,
      });
    } finally {
      window.clearTimeout(timer);
    }
  }

  private async read(response: Response): Promise<Outcome> {
    if (response.status >= 500 || TRY_LATER.has(response.status)) {
      return { name: "unreachable", busy: true };
    }
    const answer = await json(response);
    if (response.status === 404 && !answer) return this.refused(this.texts("gone"));
    if (response.status === 413) return this.refused(this.texts("too_large"), "invalid");
    // A redirect, a page instead of data, a refused token: the session is not what it was.
    if (!answer || response.status === 401) return this.signedOut();
    if (response.ok && answer.base !== undefined) {
      return { name: "saved", base: answer.base, savedAt: answer.saved_at ?? "" };
    }
    if (response.status === 409 && answer.theirs && answer.base !== undefined) {
      const conflict: Conflict = {
        fields: this.fieldsOf(answer.theirs),
        base: answer.base,
        by: answer.by ?? "",
        savedAt: answer.saved_at ?? "",
      };
      return { name: "stale", conflict };
    }
    const why = response.status === 400 || response.status === 422 ? "invalid" : "refused";
    return this.refused(answer.error?.message ?? this.texts("refused"), why, answer.error?.field);
  }

  private refused(reason: string, why: "invalid" | "refused" = "refused", field?: string): Outcome {
    return { name: "refused", why, reason, field: field ?? null };
  }

  private signedOut(): Outcome {
    return { name: "refused", why: "signed-out", reason: this.texts("signed_out"), field: null };
  }

  private get token(): HTMLInputElement | null {
    return this.form.querySelector('input[name="csrfmiddlewaretoken"]');
  }

  /** After signing in again the token is another, and the person may be, too. */
  private async renew(): Promise<Outcome | null> {
    const response = await this.request(this.form.ownerDocument.location.href, {
      headers: { Accept: "text/html" },
      redirect: "manual",
    });
    if (response.status >= 500) return { name: "unreachable", busy: true };
    if (response.status === 403 || response.status === 404) return this.refused(this.texts("gone"));
    if (!response.ok) return this.signedOut();
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const action = this.form.getAttribute("action") ?? "";
    const twins = page.querySelectorAll<HTMLElement>("form[data-section-editor], [data-section]");
    const twin = [...twins].find(
      (part) => (part.dataset.action ?? part.getAttribute("action")) === action,
    );
    if (!twin) return this.refused(this.texts("gone"));
    if (twin.dataset.user !== this.form.dataset.user) return this.refused(this.texts("other_user"));
    const token = (twin.closest("form") ?? twin).querySelector<HTMLInputElement>('input[name="csrfmiddlewaretoken"]')?.value;
    if (this.token && token) this.token.value = token;
    return null;
  }
}

async function json(response: Response): Promise<Answer | null> {
  if (!(response.headers.get("content-type") ?? "").includes("json")) return null;
  return (await response.json()) as Answer;
}
