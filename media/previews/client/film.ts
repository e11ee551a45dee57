// A film on a page that plays without this: other forms in place, speed, the remembered position,
// key moments. What is remembered stays in this browser, apart for each reader.

import { Positions, remembered, shownTime } from "./positions";

const SKIP_BACK = 2;
const RENEW_AFTER = 5000;

function storage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null; // forbidden in this browser: the film plays all the same
  }
}

/** Plays from another address on from where it stands. */
function goOn(film: HTMLMediaElement, url: string, plays: boolean): void {
  const at = film.currentTime;
  const rate = film.playbackRate;
  film.src = url;
  if (at > 0) {
    film.addEventListener("loadedmetadata", () => { film.currentTime = at; film.playbackRate = rate; }, { once: true });
    film.load();
  }
  if (plays) void film.play().catch(() => undefined);
}

function pickSource(figure: HTMLElement, film: HTMLMediaElement, link: HTMLAnchorElement): void {
  goOn(film, link.href, !film.paused);
  figure.querySelectorAll("[data-source]").forEach((each) => each.removeAttribute("aria-current"));
  link.setAttribute("aria-current", "true");
}

// Where films lie in a bucket, the player is sent to a link that works for some minutes. When it
// has run out, our own address is asked, which looks at the right again and gives another. A player
// tries the old one for half a minute before it gives up: one that needs more of an old link is
// given a new one at once.
function withNewLinks(figure: HTMLElement, film: HTMLMediaElement): void {
  const lasts = Number(figure.dataset.lasts) * 1000;
  let plays = false; // not `film.paused`, which a failure changes
  let given = 0;
  const giveNew = (age: number): void => {
    const url = film.getAttribute("src") ?? film.querySelector("source")?.getAttribute("src");
    if (!url || performance.now() - given < age) return;
    given = performance.now();
    goOn(film, url, plays);
  };
  film.addEventListener("play", () => { plays = true; });
  film.addEventListener("pause", () => { plays = false; });
  film.addEventListener("loadedmetadata", () => { given = performance.now(); });
  film.addEventListener("error", () => { giveNew(RENEW_AFTER); }); // sooner, a new one does not help
  if (!lasts) return;
  film.addEventListener("waiting", () => { if (film.readyState > 0) giveNew(lasts); });
  film.addEventListener("seeking", () => { if (film.readyState > 0 && !isLoaded(film)) giveNew(lasts); });
}

/** Whether there is something to play where the film stands; a player's guess. */
function isLoaded(film: HTMLMediaElement): boolean {
  const parts = Array.from({ length: film.buffered.length }, (_, index) => index);
  return parts.some((part) => film.buffered.start(part) <= film.currentTime && film.currentTime < film.buffered.end(part));
}

function withSources(figure: HTMLElement, film: HTMLMediaElement, store: Storage | null): void {
  const key = "gongbei-film-form";
  const links = Array.from(figure.querySelectorAll<HTMLAnchorElement>("[data-source]"));
  const last = store?.getItem(key);
  const liked = links.find((link) => link.dataset.source === last);
  if (liked && !liked.hasAttribute("aria-current")) pickSource(figure, film, liked);
  links.forEach((link) =>
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      pickSource(figure, film, link);
      store?.setItem(key, link.dataset.source ?? "");
    }),
  );
}

function withSpeed(figure: HTMLElement, film: HTMLMediaElement): void {
  const label = figure.querySelector<HTMLElement>("[data-speed]");
  const select = label?.querySelector("select");
  if (!label || !select) return;
  label.hidden = false;
  select.addEventListener("change", () => { film.playbackRate = Number(select.value); });
  film.addEventListener("ratechange", () => {
    const there = Array.from(select.options).some((option) => Number(option.value) === film.playbackRate);
    if (there) select.value = String(film.playbackRate);
  });
}

function withPosition(figure: HTMLElement, film: HTMLMediaElement, positions: Positions): void {
  const id = figure.dataset.film ?? "";
  const note = figure.querySelector<HTMLElement>("[data-resume]");
  let asked = film.currentTime > 0;
  let kept = 0;
  film.addEventListener("seeking", () => { if (film.currentTime > 0) asked = true; });
  film.addEventListener("loadedmetadata", () => {
    if (asked) return; // a key moment or another form has set the place
    asked = true;
    const at = remembered(positions.of(id), film.duration);
    if (at <= 0) return;
    film.currentTime = Math.max(0, at - SKIP_BACK);
    const words = note?.querySelector("span");
    if (!note || !words) return;
    words.textContent = (figure.dataset.resumed ?? "").replace("%s", shownTime(at));
    note.hidden = false;
    note.querySelector("button")?.addEventListener("click", () => {
      film.currentTime = 0;
      note.hidden = true;
    }, { once: true });
  });
  const keep = (): void => {
    if (film.readyState === 0 || Number.isNaN(film.duration)) return;
    positions.keep(id, film.currentTime, film.duration);
    kept = film.currentTime;
  };
  film.addEventListener("timeupdate", () => { if (Math.abs(film.currentTime - kept) >= 3) keep(); });
  film.addEventListener("pause", keep);
  film.addEventListener("ended", () => positions.forget(id));
  window.addEventListener("pagehide", keep);
}

function withMoments(film: HTMLMediaElement): void {
  document.addEventListener("click", (event) => {
    const link = (event.target as Element | null)?.closest<HTMLElement>("[data-moment]");
    if (!link || link.dataset.film !== film.id) return;
    event.preventDefault();
    const at = Number(link.dataset.moment);
    if (film.readyState > 0) film.currentTime = at;
    else film.addEventListener("loadedmetadata", () => { film.currentTime = at; }, { once: true });
    void film.play().catch(() => undefined);
    film.focus();
    film.scrollIntoView({ block: "nearest" });
  });
}

document.querySelectorAll<HTMLElement>("figure[data-film]").forEach((figure) => {
  const film = figure.querySelector<HTMLMediaElement>("video, audio");
  if (!film) return;
  const store = storage();
  // Registered first, so that a key moment's place comes after the remembered one.
  withPosition(figure, film, new Positions(store, figure.dataset.reader ?? ""));
  withMoments(film);
  withNewLinks(figure, film);
  withSources(figure, film, store);
  withSpeed(figure, film);
});
