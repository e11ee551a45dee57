/** One section of the plan's page: its shared texts in the place of what the server wrote there. */

import type { Editor } from "@tiptap/core";
import type * as Y from "yjs";

import { element } from "../../plans/client/parts";
import { PictureSender } from "../../plans/client/pictures";
import { Server } from "../../plans/client/server";
import type { Texts } from "../../plans/client/texts";
import { Toolbar } from "../../plans/client/toolbar";
import type { Tool } from "../../plans/client/tools";
import type { Config } from "./config";
import type { Line } from "./line";
import { COLUMNS, inOrder, Process } from "./process";
import { LiveText, type Shared } from "./text";
import type { Words } from "./words";

export interface Around {
  config: Config;
  words: Words;
  shared: Shared;
  line: Line;
  tools: Tool[];
}

export class LiveSection {
  readonly texts: LiveText[] = [];
  private readonly form = element("form", "live-form");
  private readonly toolbar: Toolbar;
  private readonly process: Process | null = null;
  private writable = false;

  constructor(
    readonly uuid: string,
    private readonly host: HTMLElement,
    private readonly section: Y.Map<unknown>,
    private readonly around: Around,
  ) {
    const { config, words } = around;
    this.form.dataset.pictures = config.pictures;
    this.form.dataset.picture = config.picture;
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.append(tokenField(config.token));
    const texts = words as Texts;
    const sender = new PictureSender(this.form, texts, new Server(this.form, texts, () => ({})));
    this.events = {
      dropped: () => this.tell("paste_dropped"),
      pictures: (editor: Editor, files: File[], at: number) => {
        if (this.writable) void sender.put(editor, files, at);
        return true;
      },
    };
    if (section.get("type") === "process") {
      this.process = this.makeProcess(section.get("rows") as Y.Map<Y.Map<unknown>>);
      this.form.append(this.process.dom);
    } else {
      this.form.append(this.makeText(section.get("body") as Y.XmlFragment, this.heading).box);
    }
    this.toolbar = new Toolbar(this.form, texts, around.line.echo(), sender, around.tools);
    this.put();
    this.listen();
  }

  private readonly events: { dropped(): void; pictures(editor: Editor, files: File[], at: number): boolean };

  get heading(): string {
    return String(this.section.get("heading") ?? "");
  }

  setWritable(writable: boolean): void {
    this.writable = writable;
    this.form.classList.toggle("reading", !writable);
    this.process?.setWritable(writable);
    for (const text of this.texts) text.setWritable(writable);
    if (!writable) this.toolbar.attend(null);
  }

  guard(): void {
    for (const text of this.texts) text.guard();
  }

  get editors(): Editor[] {
    return this.texts.flatMap(({ editor }) => (editor ? [editor] : []));
  }

  /** All that is in it, for taking along. */
  describe(): HTMLElement {
    const said = element("div", "lesson", element("h3", "", this.heading));
    for (const { editor } of this.texts) if (editor) said.append(...(editor.view.dom.cloneNode(true) as Element).childNodes);
    return said;
  }

  private makeText(fragment: Y.XmlFragment, label: string): LiveText {
    const text = new LiveText(fragment, label, this.around.shared, this.events, this.writable);
    this.texts.push(text);
    return text;
  }

  private makeProcess(rows: Y.Map<Y.Map<unknown>>): Process {
    const { config, words, shared } = this.around;
    const asked = config.columns[this.uuid] ?? [];
    const written = new Set(
      inOrder(rows).flatMap(([, row]) => COLUMNS.filter((name) => (row.get(name) as Y.XmlFragment | undefined)?.length)),
    );
    const columns = COLUMNS.filter((name) => asked.includes(name) || written.has(name));
    const named = columns.map((name) => ({ name, label: config.column_names[name] ?? name }));
    return new Process(rows, named, words, {
      text: (fragment, label) => this.makeText(fragment, `${this.heading} ${label}`),
      gone: (text) => this.texts.splice(this.texts.indexOf(text), 1),
      changed: () => shared.changed(),
    });
  }

  /** What the server wrote gives way in one step: nothing jumps, nothing flickers. */
  private put(): void {
    const old = this.host.querySelector("[data-live-text]");
    if (old) old.replaceWith(this.form);
    else this.host.append(this.form);
  }

  private tell(what: "paste_dropped"): void {
    this.form.querySelector(".notice[data-told]")?.remove();
    const line = element("p", "notice wait", this.around.words(what));
    line.setAttribute("role", "status");
    line.dataset.told = what;
    this.form.append(line);
  }

  private listen(): void {
    const { form, toolbar } = this;
    form.addEventListener("focusin", (event) => {
      const target = event.target as Node;
      if (toolbar.dock.contains(target)) return;
      const text = this.texts.find(({ editor }) => editor?.view.dom.contains(target));
      toolbar.attend(this.writable ? (text?.editor ?? null) : null);
    });
    form.addEventListener("focusout", (event) => {
      if (!form.contains(event.relatedTarget as Node | null)) toolbar.attend(null);
    });
    form.addEventListener("keydown", (event) => {
      if (!event.altKey || event.key !== "F10") return;
      event.preventDefault();
      toolbar.focus();
    });
  }
}

function tokenField(token: string): HTMLInputElement {
  const field = element("input");
  field.type = "hidden";
  field.name = "csrfmiddlewaretoken";
  field.value = token;
  return field;
}
