/**
 * Whether others use this computer too (公用电脑): then nothing that is typed is kept on it.
 *
 * A cookie of this browser remembers it: the next person finds it set.
 */

const NAME = "shared_computer";
const YEAR = 31_536_000; // seconds

export function isShared(page: Document): boolean {
  return page.cookie.split("; ").includes(`${NAME}=1`);
}

export function setShared(page: Document, shared: boolean): void {
  const secure = page.location.protocol === "https:" ? "; Secure" : "";
  page.cookie = `${NAME}=${shared ? "1" : ""}; Path=/; SameSite=Lax; Max-Age=${shared ? YEAR : 0}${secure}`;
}
