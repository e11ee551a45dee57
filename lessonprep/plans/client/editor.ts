/** One section's editor put together: form, tools, autosave, and what is shown about it. */

import { Autosave, type Clock, type State } from "./autosave";
import { ConflictPanel } from "./conflict";
import { Drafts, type Found } from "./drafts";
import type { Fields } from "./fields";
import { element } from "./parts";
import { PictureSender } from "./pictures";
import { offer } from "./recovery";
import { randomUuid } from "./rows";
import { SavingLine } from "./saving";
import { Section } from "./section";
import { Server } from "./server";
import type { Texts } from "./texts";
import { Toolbar } from "./toolbar";

const clock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  after: (milliseconds, action) => {
    const timer = window.setTimeout(action, milliseconds);
    return () => window.clearTimeout(timer);
  },
};

export class SectionEditor {
  readonly autosave: Autosave;
  private readonly section: Section;
  private readonly line: SavingLine;
  private readonly conflict: ConflictPanel;
  private readonly toolbar: Toolbar;
  private readonly drafts: Drafts;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly texts: Texts,
    storage: Storage | null,
  ) {
    this.section = new Section(form, texts, {
      changed: () => this.changed(),
      composed: () => this.autosave.composed(),
      dropped: () => this.tell("paste_dropped"),
      pictures: (editor, files, position) => {
        if (sender.isOpen) void sender.put(editor, files, position);
        else this.tell("paste_dropped");
        return true;
      },
    });
    const { section } = this;
    const server = new Server(form, texts, (theirs) => section.fieldsOf(theirs));
    const sender = new PictureSender(form, texts, server);
    this.drafts = new Drafts(storage, form.dataset.user ?? "", form.getAttribute("action") ?? "", randomUuid());
    this.line = new SavingLine(form, texts, {
      retry: () => this.autosave.retry(),
      mine: () => section.describe(section.fields()),
    });
    this.conflict = new ConflictPanel(form, texts, {
      takeTheirs: () => this.autosave.takeTheirs(),
      putMine: () => this.autosave.putMineOverTheirs(),
    });
    this.toolbar = new Toolbar(form, texts, this.line.echo, sender);
    this.autosave = new Autosave(
      {
        read: () => section.fields(),
        apply: (fields) => section.apply(fields),
        fingerprint: (fields) => section.fingerprint(fields),
        composing: () => section.composing,
        send: (fields, base, how) => server.send(fields, base, how),
        keep: (draft) => this.drafts.keep(draft),
        forget: () => this.drafts.forget(),
        show: (state) => this.show(state),
        clock,
      },
      section.firstBase,
    );
    this.listen();
    this.offerDrafts();
  }

  /** Before the names of this section's fields where many sections are one form; else empty. */
  get prefix(): string {
    return this.form.dataset.prefix ?? "";
  }

  get busy(): boolean {
    return this.autosave.busy;
  }

  /** What the form says and from which text it was made. */
  fields(): Fields {
    return { ...this.section.fields(), base: this.autosave.madeFrom };
  }

  get hasFocus(): boolean {
    return this.form.contains(this.form.ownerDocument.activeElement);
  }

  private changed(): void {
    this.autosave.changed();
    if (this.conflict.isOpen) this.conflict.update(this.describeMine());
  }

  private describeMine(): HTMLElement {
    return this.section.describe(this.section.fields());
  }

  private show(state: State): void {
    this.line.show(state);
    this.mark(state.name === "refused" ? state.field : null);
    if (state.name === "stale") {
      this.conflict.open(state.conflict, this.describeMine(), this.section.describe(state.conflict.fields));
    } else if (this.conflict.isOpen && state.name !== "saving") {
      // Only what has an answer closes it: while mine goes over theirs both stay in view.
      if (state.name === "saved") this.conflict.close();
    }
  }

  /** Marks the field the server found wrong. */
  private mark(name: string | null): void {
    for (const control of this.form.querySelectorAll<HTMLInputElement>("[name]")) {
      if (name !== null && control.name === name) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    }
  }

  private tell(what: "paste_dropped"): void {
    const line = element("p", "notice wait", this.texts(what));
    line.setAttribute("role", "status");
    this.form.querySelector(`.notice[data-told="${what}"]`)?.remove();
    line.dataset.told = what;
    this.form.append(line);
  }

  private listen(): void {
    const { form } = this;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.autosave.state.name === "refused") this.autosave.retry();
      else this.autosave.flush();
    });
    form.addEventListener("focusin", (event) => {
      if (this.toolbar.dock.contains(event.target as Node)) return;
      this.toolbar.attend(this.section.richAt(event.target as Node)?.editor ?? null);
    });
    form.addEventListener("focusout", (event) => {
      if (form.contains(event.relatedTarget as Node | null)) return;
      this.toolbar.attend(null);
      this.autosave.flush();
    });
    form.addEventListener("keydown", (event) => {
      if (event.altKey && event.key === "F10") {
        event.preventDefault();
        this.toolbar.focus();
      }
    });
  }

  private offerDrafts(): void {
    const now = this.section.fingerprint(this.section.fields());
    const [newest, ...older] = this.drafts.found().filter((found) => {
      const isSaved = this.section.fingerprint(found.draft.fields) === now;
      if (isSaved) this.drafts.discard(found); // it had arrived, only the answer had not
      return !isSaved;
    });
    if (newest) this.offerDraft(newest);
    for (const found of older.reverse()) this.offerDraft(found);
  }

  private offerDraft(one: Found): void {
    offer(this.form, one, this.texts, {
      show: ({ draft }) => this.section.describe(draft.fields),
      restore: (found) => {
        this.autosave.restore(found.draft);
        this.drafts.discard(found);
      },
      discard: (found) => this.drafts.discard(found),
    });
  }
}
