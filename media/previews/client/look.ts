// Looking through a document: arrow keys turn pages, and the next one is fetched ahead where the
// line is not said to be thin.

const nav = document.querySelector<HTMLElement>("[data-leaves]");
const turn = (rel: string): HTMLAnchorElement | null => nav?.querySelector(`a[rel=${rel}]`) ?? null;

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if ((event.target as Element | null)?.closest("input, select, textarea, video, audio")) return;
  const link = event.key === "ArrowRight" ? turn("next") : event.key === "ArrowLeft" ? turn("prev") : null;
  if (!link) return;
  event.preventDefault();
  link.click();
});

interface Line { saveData?: boolean; effectiveType?: string }
const line = (navigator as Navigator & { connection?: Line }).connection;
const isThin = line?.saveData === true || /2g|3g/.test(line?.effectiveType ?? "");
if (turn("next") && !isThin && line) {
  window.addEventListener("load", () => {
    const ahead = document.createElement("link");
    ahead.rel = "prefetch";
    ahead.href = turn("next")?.href ?? "";
    document.head.append(ahead);
  });
}
