// What the server is asked about an upload; every answer is JSON, every failure has a name.

export interface Told {
  id: string;
  state: "open" | "completed" | "quarantine" | "ready" | "refused" | "aborted";
  size: number;
  part_size: number;
  parts: number[];
  file: string | null;
  title: string;
  reason: string;
}

export interface Begun {
  id: string;
  name: string;
  size: number;
}

/** The server says no, in words for the user; asking again would not help. */
export class Refused extends Error {}

/** The line is down or the server is; asking again later may help. */
export class Unreachable extends Error {}

/** These parts are not there. */
export class Missing extends Error {}

export interface Announcement {
  name: string;
  size: number;
  head: string;
  fingerprint: string;
  model: string;
  school: string;
}

export class Server {
  constructor(
    private readonly stem: string,
    private readonly token: string,
  ) {}

  async begun(): Promise<Begun[]> {
    return (await this.ask<{ uploads: Begun[] }>("")).uploads;
  }

  start(announcement: Announcement): Promise<Told> {
    return this.ask<Told>("", Object.entries(announcement));
  }

  state(id: string): Promise<Told> {
    return this.ask<Told>(`${id}/`);
  }

  async links(id: string, numbers: number[]): Promise<Record<string, string>> {
    const asked = numbers.map((number): [string, string] => ["number", String(number)]);
    return (await this.ask<{ links: Record<string, string> }>(`${id}/parts/`, asked)).links;
  }

  complete(id: string): Promise<Told> {
    return this.ask<Told>(`${id}/complete/`, []);
  }

  async discard(id: string): Promise<void> {
    await this.ask(`${id}/abort/`, []);
  }

  /** Sends a part; tells of each byte that went out. Rejects with `Unreachable` or `Missing`. */
  send(link: string, part: Blob, sent: (bytes: number) => void, stop: AbortSignal): Promise<void> {
    return new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      // A dead line says nothing for minutes: after this long without a byte it is tried anew.
      let guard = 0;
      const alive = (): void => {
        window.clearTimeout(guard);
        guard = window.setTimeout(() => request.abort(), 45_000);
      };
      const end = (error?: Error): void => {
        window.clearTimeout(guard);
        stop.removeEventListener("abort", halt);
        if (error) failed(error);
        else done();
      };
      const halt = (): void => request.abort();
      stop.addEventListener("abort", halt);
      request.open("PUT", link);
      if (link.startsWith("/")) request.setRequestHeader("X-CSRFToken", this.token);
      request.upload.onprogress = (event): void => {
        alive();
        sent(event.loaded);
      };
      request.onload = (): void => {
        if (request.status >= 200 && request.status < 300) end();
        else if (request.status === 400 || request.status === 404) end(new Missing(link));
        else end(new Unreachable(String(request.status)));
      };
      request.onerror = request.onabort = (): void => end(new Unreachable("line"));
      alive();
      request.send(part);
    });
  }

  private async ask<T>(path: string, form?: [string, string | number][]): Promise<T> {
    const asked: RequestInit = { credentials: "same-origin", headers: { Accept: "application/json" } };
    if (form) {
      asked.method = "POST";
      asked.body = new URLSearchParams(form.map(([name, value]) => [name, String(value)]));
      asked.headers = { Accept: "application/json", "X-CSRFToken": this.token };
    }
    let answer: Response;
    try {
      answer = await fetch(this.stem + path, asked);
    } catch {
      throw new Unreachable("line");
    }
    if (answer.status === 204) return undefined as T;
    // Signed out meanwhile, the answer is the page of the sign-in; a proxy has a page of its own.
    const told = await answer.json().catch(() => null);
    if (answer.ok && told) return told as T;
    if (answer.status === 409) throw new Missing(path);
    if (told && told.error && answer.status < 500) throw new Refused(told.error);
    if (answer.status === 403 || answer.status === 404 || answer.redirected) throw new Refused("");
    throw new Unreachable(String(answer.status));
  }
}
