/**
 * What the room has not acknowledged, kept on this device by person, room and epoch.
 *
 * Only that, not the whole text: less lies about on a computer that others use too, and "saved on
 * this device" is said when the write is done, not when it was begun.
 */

export interface Found {
  key: number;
  update: Uint8Array;
}

export interface Device {
  /** The key once it is written; null where the device cannot or must not keep it. */
  keep(update: Uint8Array): Promise<number | null>;
  drop(keys: number[]): Promise<void>;
  found(): Promise<Found[]>;
}

const PREFIX = "gongbei.room:";
const STORE = "unsaved";

/** For shared computers, unknown people, and browsers that forbid it. */
export const nothingKept: Device = {
  keep: () => Promise.resolve(null),
  drop: () => Promise.resolve(),
  found: () => Promise.resolve([]),
};

/** Keeps while it is `allowed`, which may change. */
export class KeptWhileAllowed implements Device {
  constructor(
    private readonly device: Device,
    private readonly allowed: () => boolean,
  ) {}

  keep(update: Uint8Array): Promise<number | null> {
    return (this.allowed() ? this.device : nothingKept).keep(update);
  }

  drop(keys: number[]): Promise<void> {
    return this.device.drop(keys);
  }

  found(): Promise<Found[]> {
    return (this.allowed() ? this.device : nothingKept).found();
  }
}

export class KeptOnDevice implements Device {
  private opened: Promise<IDBDatabase> | null = null;

  constructor(
    private readonly databases: IDBFactory,
    user: string,
    room: string,
    epoch: number,
  ) {
    this.name = `${PREFIX}${user}:${room}:${epoch}`;
  }

  private readonly name: string;

  async keep(update: Uint8Array): Promise<number | null> {
    try {
      return (await this.run("readwrite", (store) => store.add(update))) as number;
    } catch {
      return null; // full, or forbidden in a private window
    }
  }

  async drop(keys: number[]): Promise<void> {
    for (const key of keys) {
      try {
        await this.run("readwrite", (store) => store.delete(key));
      } catch {
        return; // sent twice does no harm
      }
    }
  }

  async found(): Promise<Found[]> {
    try {
      const keys = (await this.run("readonly", (store) => store.getAllKeys())) as number[];
      const updates = (await this.run("readonly", (store) => store.getAll())) as Uint8Array[];
      return keys.slice(0, updates.length).map((key, at) => ({ key, update: updates[at] as Uint8Array }));
    } catch {
      return [];
    }
  }

  private async run<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    this.opened ??= this.open();
    const transaction = (await this.opened).transaction(STORE, mode);
    const request = act(transaction.objectStore(STORE));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error("aborted"));
    });
  }

  private open(): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
      const request = this.databases.open(this.name, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE, { autoIncrement: true });
      request.onsuccess = () => {
        request.result.onversionchange = () => request.result.close(); // erased at sign-out
        resolve(request.result);
      };
      request.onerror = () => reject(request.error ?? new Error("closed"));
      request.onblocked = () => reject(new Error("blocked"));
    });
  }
}

/** Erases everything of everybody: at sign-out. The answer to signing out clears storage, too. */
export async function eraseAll(databases: IDBFactory): Promise<void> {
  const all = databases.databases ? await databases.databases() : [];
  for (const { name } of all) if (name?.startsWith(PREFIX)) databases.deleteDatabase(name);
}
