// A file field of a form: what is chosen or dropped goes up at once, part by part, with progress.
// The form keeps the stored file by its uuid in the hidden field `<name>_kept`.

import { Server } from "./server";
import { amount, fill, span, Texts } from "./texts";
import { Transfer, View } from "./transfer";

export class FileField {
  private transfer: Transfer | null = null;
  private readonly box = element("div", "upload");
  private readonly name = element("p", "name");
  private readonly bar = document.createElement("progress");
  private readonly words = element("p", "small soft");
  private readonly buttons = element("p", "row");
  private readonly pause = button();
  private readonly away = button();
  private shownAt = 0;

  constructor(
    private readonly input: HTMLInputElement,
    private readonly kept: HTMLInputElement,
    private readonly server: Server,
    private readonly school: string,
    private readonly texts: Texts,
    private readonly changed: () => void,
  ) {
    this.box.hidden = true;
    this.words.setAttribute("role", "status");
    this.buttons.append(this.pause, this.away);
    this.box.append(this.name, this.bar, this.words, this.buttons);
    input.insertAdjacentElement("afterend", this.box);
    this.pause.addEventListener("click", () => this.toggle());
    this.away.addEventListener("click", () => this.discard());
    input.addEventListener("change", () => {
      const file = input.files?.[0];
      if (file) this.take(file);
    });
    this.takeDrops(input.closest<HTMLElement>(".field") ?? input);
  }

  get isActive(): boolean {
    return this.transfer?.isActive ?? false;
  }

  private takeDrops(zone: HTMLElement): void {
    const over = (event: DragEvent): void => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      zone.classList.add("over");
    };
    zone.addEventListener("dragenter", over);
    zone.addEventListener("dragover", over);
    zone.addEventListener("dragleave", () => zone.classList.remove("over"));
    zone.addEventListener("drop", (event) => {
      zone.classList.remove("over");
      const file = event.dataTransfer?.files[0];
      if (!file) return;
      event.preventDefault();
      this.take(file);
    });
  }

  private take(file: File): void {
    if (this.isActive) void this.transfer?.discard();
    this.kept.value = "";
    this.input.removeAttribute("aria-invalid");
    const about = { model: this.input.dataset.takes ?? "", school: this.school };
    const transfer = new Transfer(file, this.server, about, (view) => {
      if (this.transfer === transfer) this.show(view);
    });
    this.transfer = transfer;
    // The form must not send it a second time.
    this.input.value = "";
    this.box.hidden = false;
    this.name.textContent = `${file.name}　${amount(file.size)}`;
    this.bar.max = Math.max(file.size, 1);
    this.bar.setAttribute("aria-label", file.name);
    this.changed();
    void transfer.run().then(() => this.changed());
  }

  private toggle(): void {
    if (!this.transfer) return;
    if (this.transfer.view.stage === "paused") this.transfer.resume();
    else this.transfer.pause();
  }

  private discard(): void {
    void this.transfer?.discard();
    this.transfer = null;
    this.kept.value = "";
    this.box.hidden = true;
    this.input.focus();
    this.changed();
  }

  private show(view: View): void {
    // Ten times a second would be read out ten times a second.
    const now = Date.now();
    if (view.stage === "sending" && this.box.dataset.stage === "sending" && now - this.shownAt < 500) return;
    this.shownAt = now;
    this.box.dataset.stage = view.stage;
    this.bar.value = view.sent;
    this.bar.hidden = view.stage === "refused";
    this.words.textContent = this.said(view);
    this.words.classList.toggle("error", view.stage === "refused");
    this.pause.textContent = view.stage === "paused" ? this.texts.resume : this.texts.pause;
    this.pause.hidden = !["sending", "waiting", "paused"].includes(view.stage);
    this.away.textContent = view.stage === "done" ? this.texts.remove : this.texts.discard;
    if (view.stage === "done" && view.told?.file) {
      this.kept.value = view.told.file;
      if (view.told.state === "quarantine") void this.watch(view.told.id);
    }
  }

  private said(view: View): string {
    const percent = Math.floor((100 * view.sent) / Math.max(view.size, 1));
    switch (view.stage) {
      case "sending": {
        const words = [fill(this.texts.percent, { percent, sent: amount(view.sent) })];
        if (view.speed) words.push(fill(this.texts.speed, { speed: amount(view.speed) }));
        if (view.left) words.push(fill(this.texts.left, { time: span(view.left, this.texts) }));
        return words.join("　");
      }
      case "waiting":
        return fill(this.texts.waiting, { percent });
      case "paused":
        return fill(this.texts.paused, { percent });
      case "refused":
        return view.reason || this.texts.failed;
      case "done":
        return view.told?.state === "quarantine" ? this.texts.checking : this.texts.done;
      default:
        return this.texts[view.stage];
    }
  }

  /** Says how the check ended, while the page is open. */
  private async watch(id: string): Promise<void> {
    for (let wait = 2000; this.transfer?.view.told?.id === id; wait = Math.min(wait * 1.5, 15_000)) {
      await new Promise((done) => window.setTimeout(done, wait));
      const told = await this.server.state(id).catch(() => null);
      if (!told || told.state === "quarantine" || this.transfer?.view.told?.id !== id) continue;
      if (told.state === "refused") this.kept.value = "";
      this.show({ ...this.transfer.view, told, stage: told.state === "refused" ? "refused" : "done", reason: told.reason });
      return;
    }
  }
}

function element(name: string, css: string): HTMLElement {
  const made = document.createElement(name);
  made.className = css;
  return made;
}

function button(): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn s";
  return made;
}
