/**
 * The tools of one section, there while one of its rich texts has the focus.
 *
 * The bar floats above the text and stays at the top of the window, so that nothing moves under
 * the finger when it comes. One Tab stop; arrows, Home and End inside; Escape back to the text.
 */

import type { Editor } from "@tiptap/core";

import { typedAddress } from "./marks";
import { button, element } from "./parts";
import { ACCEPTED, describe, selected, type PictureSender } from "./pictures";
import type { TextKey, Texts } from "./texts";
import { DESCRIBE, LINK, PICTURE, removeLink, setLink, TOOLS, type Ask, type Tool } from "./tools";

const TEXT = "[data-rich], [data-process-rows]";

export class Toolbar {
  readonly dock = element("div", "toolbar-dock");
  private readonly bar = element("div", "toolbar");
  private readonly buttons = new Map<Tool, HTMLButtonElement>();
  private readonly linking: HTMLElement;
  private readonly address = element("input");
  private readonly describing: HTMLElement;
  private readonly words = element("input");
  private readonly files = element("input");
  private editor: Editor | null = null;
  private into: Editor | null = null;
  private readonly panel: HTMLElement;
  private asking: HTMLElement | null = null;

  constructor(
    form: HTMLFormElement,
    private readonly texts: Texts,
    echo: HTMLElement,
    private readonly sender: PictureSender,
    tools: Tool[] = TOOLS,
  ) {
    this.bar.setAttribute("role", "toolbar");
    this.bar.setAttribute("aria-label", texts("toolbar"));
    for (const tool of tools) this.bar.append(this.make(tool));
    this.linking = this.makeLinking();
    this.describing = this.makeDescribing();
    const line = element("div", "toolbar-line", this.bar, echo);
    this.panel = element("div", "toolbar-panel", line, this.linking, this.describing, this.makeFiles());
    this.dock.append(this.panel);
    this.dock.hidden = true;
    // Before the part of the form that holds the first text, so that it floats over the heading.
    const part = [...form.children].find((child) => child.matches(TEXT) || child.querySelector(TEXT));
    form.insertBefore(this.dock, part ?? form.firstChild);
    this.bar.addEventListener("keydown", (event) => this.walk(event));
    this.dock.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.back();
    });
    // A press must not take the selection out of the text.
    this.bar.addEventListener("mousedown", (event) => event.preventDefault());
  }

  /** Comes up for an editor, or goes. */
  attend(editor: Editor | null): void {
    if (this.editor === editor) return;
    this.editor?.off("transaction", this.refresh);
    this.editor = editor;
    this.dock.hidden = editor === null;
    this.stopAsking();
    this.linking.hidden = this.describing.hidden = true;
    editor?.on("transaction", this.refresh);
    this.refresh();
  }

  /** The keyboard's way from the text to the tools (Alt+F10). */
  focus(): void {
    const stop = this.usable().find((one) => one.tabIndex === 0) ?? this.usable()[0];
    stop?.focus();
  }

  readonly refresh = (): void => {
    const { editor } = this;
    if (!editor) return;
    if (!selected(editor)) this.describing.hidden = true;
    for (const [tool, one] of this.buttons) {
      one.hidden = (tool.only?.(editor) ?? true) === false || (tool.name === PICTURE && !this.sender.isOpen);
      if (one.hidden) continue;
      if (tool.isOn) one.setAttribute("aria-pressed", String(tool.isOn(editor)));
      if (tool.can(editor)) one.removeAttribute("aria-disabled");
      else one.setAttribute("aria-disabled", "true");
    }
    this.oneStop();
  };

  private make(tool: Tool): HTMLButtonElement {
    const one = button(this.texts(tool.name as TextKey), "tool", () => this.use(tool));
    one.dataset.tool = tool.name.replace("tool_", "");
    one.tabIndex = -1;
    this.buttons.set(tool, one);
    return one;
  }

  private use(tool: Tool): void {
    if (!this.editor || !tool.can(this.editor)) return;
    this.stopAsking();
    if (tool.ask) this.askFor(tool.ask, this.editor);
    else if (tool.name === LINK) this.askForAddress();
    else if (tool.name === PICTURE) this.askForFiles();
    else if (tool.name === DESCRIBE) this.askForWords();
    else tool.run(this.editor);
  }

  private usable(): HTMLButtonElement[] {
    return [...this.buttons.values()].filter((one) => !one.hidden);
  }

  private oneStop(stop?: HTMLButtonElement): void {
    const usable = this.usable();
    const chosen = stop ?? usable.find((one) => one.tabIndex === 0) ?? usable[0];
    for (const one of this.buttons.values()) one.tabIndex = one === chosen ? 0 : -1;
  }

  private walk(event: KeyboardEvent): void {
    const usable = this.usable();
    const at = usable.indexOf(event.target as HTMLButtonElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const next = usable[(to + usable.length) % usable.length] as HTMLButtonElement;
    this.oneStop(next);
    next.focus();
  }

  private back(): void {
    this.stopAsking();
    this.linking.hidden = this.describing.hidden = true;
    this.editor?.commands.focus();
  }

  private makeLinking(): HTMLElement {
    const { texts, address } = this;
    address.type = "text";
    address.inputMode = "url";
    address.autocomplete = "off";
    const label = element("label", "", texts("link_address"), " ", address);
    address.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.applyLink();
    });
    const line = element(
      "div",
      "toolbar-link row",
      label,
      button(texts("link_apply"), "btn s", () => this.applyLink()),
      button(texts("link_remove"), "btn s text", () => {
        if (this.editor) removeLink(this.editor);
        this.linking.hidden = true;
      }),
      button(texts("link_cancel"), "btn s text", () => this.back()),
    );
    line.hidden = true;
    return line;
  }

  /** Where a file is chosen; out of sight, for the tool opens it. */
  private makeFiles(): HTMLElement {
    const { files } = this;
    files.type = "file";
    files.accept = ACCEPTED.join(",");
    files.multiple = true;
    files.hidden = true;
    files.addEventListener("change", () => {
      const { into } = this;
      const chosen = [...(files.files ?? [])];
      files.value = "";
      if (!into || chosen.length === 0) return;
      void this.sender.put(into, chosen, into.state.selection.to);
      into.commands.focus();
    });
    return files;
  }

  private askForFiles(): void {
    this.into = this.editor; // a telephone's chooser takes the focus, and the bar goes
    this.files.click();
  }

  private makeDescribing(): HTMLElement {
    const { texts, words } = this;
    words.type = "text";
    words.autocomplete = "off";
    words.maxLength = 200;
    const label = element("label", "", texts("picture_words"), " ", words);
    const apply = (): void => {
      if (this.editor) describe(this.editor, words.value);
      this.describing.hidden = true;
    };
    words.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      apply();
    });
    const line = element(
      "div",
      "toolbar-link row",
      label,
      button(texts("picture_set"), "btn s", apply),
      button(texts("link_cancel"), "btn s text", () => this.back()),
    );
    line.hidden = true;
    return line;
  }

  private askFor(ask: Ask, editor: Editor): void {
    this.linking.hidden = this.describing.hidden = true;
    const answer = element("input");
    answer.type = "text";
    answer.autocomplete = "off";
    answer.maxLength = ask.longest;
    answer.value = ask.now(editor);
    const apply = (): void => {
      this.stopAsking();
      ask.done(editor, answer.value);
    };
    answer.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      apply();
    });
    const cancel = button(this.texts("link_cancel"), "btn s text", () => this.back());
    const label = element("label", "", ask.label, " ", answer);
    this.asking = element("div", "toolbar-link row", label, button(ask.apply, "btn s", apply), cancel);
    this.panel.append(this.asking);
    answer.focus();
  }

  private stopAsking(): void {
    const { asking } = this;
    this.asking = null; // taking it away takes the focus, and that comes back here
    asking?.remove();
  }

  private askForWords(): void {
    this.words.value = (this.editor && selected(this.editor)?.alt) ?? "";
    this.linking.hidden = true;
    this.describing.hidden = false;
    this.words.focus();
  }

  private askForAddress(): void {
    this.describing.hidden = true;
    this.address.value = (this.editor?.getAttributes("link").href as string | undefined) ?? "";
    this.address.setCustomValidity("");
    this.linking.hidden = false;
    this.address.focus();
  }

  private applyLink(): void {
    const href = typedAddress(this.address.value);
    if (!this.editor) return;
    if (href === null) {
      this.address.setCustomValidity(this.texts("link_invalid"));
      this.address.reportValidity();
      this.address.setCustomValidity("");
      return;
    }
    setLink(this.editor, href);
    this.linking.hidden = true;
  }
}
