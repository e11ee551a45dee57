/**
 * Unacknowledged text on this device, by person, section and the text it was made from.
 *
 * Local storage, because only it can still be written while the page is going. Every opened page
 * has its own record, so two tabs never overwrite each other.
 */

import type { Draft } from "./autosave";

const PREFIX = "gongbei.draft";
const OLDEST = 30 * 24 * 3600 * 1000;

export interface Found {
  key: string;
  draft: Draft;
}

export class Drafts {
  private kept: string | null = null;

  /** `user` is empty where nothing may be kept: a shared computer, an unknown person. */
  constructor(
    private readonly storage: Storage | null,
    private readonly user: string,
    private readonly address: string,
    private readonly page: string,
  ) {}

  /** False where the device cannot or must not keep it. */
  keep(draft: Draft): boolean {
    if (!this.storage || !this.user) return false;
    const key = `${this.place}${draft.base}:${this.page}`;
    try {
      this.storage.setItem(key, JSON.stringify(draft));
    } catch {
      return false; // full, or forbidden in a private window
    }
    if (this.kept !== null && this.kept !== key) this.storage.removeItem(this.kept);
    this.kept = key;
    return true;
  }

  forget(): void {
    if (this.kept !== null) this.storage?.removeItem(this.kept);
    this.kept = null;
  }

  /** What earlier pages left for this section, the newest first. */
  found(): Found[] {
    if (!this.user) return [];
    return drafts(this.storage, this.place).sort((one, other) => other.draft.at - one.draft.at);
  }

  discard({ key }: Found): void {
    this.storage?.removeItem(key);
  }

  private get place(): string {
    return `${PREFIX}:${this.user}:${this.address}:`;
  }
}

function drafts(storage: Storage | null, prefix: string): Found[] {
  const found: Found[] = [];
  for (const key of keys(storage, prefix)) {
    try {
      found.push({ key, draft: JSON.parse(storage?.getItem(key) ?? "") as Draft });
    } catch {
      storage?.removeItem(key);
    }
  }
  return found;
}

function keys(storage: Storage | null, prefix: string): string[] {
  return storage ? Object.keys(storage).filter((key) => key.startsWith(prefix)) : [];
}

/** Erases what is too old to be missed. */
export function eraseOld(storage: Storage | null, now: number): void {
  for (const { key, draft } of drafts(storage, PREFIX)) {
    if (now - draft.at > OLDEST) storage?.removeItem(key);
  }
}

/** Erases everything of everybody: at sign-out. */
export function eraseAll(storage: Storage | null): void {
  for (const key of keys(storage, PREFIX)) storage?.removeItem(key);
}
