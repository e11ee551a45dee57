/**
 * The tools of one section, there while one of its rich texts has the focus.
 *
 * The bar floats above the text and stays at the top of the window, so that nothing moves under
 * the finger when it comes. One Tab stop; arrows, Home and End inside; Escape back to the text.
 */

import type { Editor } from "@tiptap/core";

import { typedAddress } from "./marks";
import { button, element } from "./parts";
import type { Texts } from "./texts";
import { LINK, removeLink, setLink, TOOLS, type Tool } from "./tools";

const TEXT = "[data-rich], [data-process-rows]";

export class Toolbar {
  readonly dock = element("div", "toolbar-dock");
  private readonly bar = element("div", "toolbar");
  private readonly buttons = new Map<Tool, HTMLButtonElement>();
  private readonly linking: HTMLElement;
  private readonly address = element("input");
  private editor: Editor | null = null;

  constructor(
    form: HTMLFormElement,
    private readonly texts: Texts,
    echo: HTMLElement,
  ) {
    this.bar.setAttribute("role", "toolbar");
    this.bar.setAttribute("aria-label", texts("toolbar"));
    for (const tool of TOOLS) this.bar.append(this.make(tool));
    this.linking = this.makeLinking();
    const panel = element("div", "toolbar-panel", element("div", "toolbar-line", this.bar, echo), this.linking);
    this.dock.append(panel);
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
    this.linking.hidden = true;
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
    const inTable = editor.isActive("table");
    for (const [tool, one] of this.buttons) {
      one.hidden = tool.inTable === true && !inTable;
      if (one.hidden) continue;
      if (tool.isOn) one.setAttribute("aria-pressed", String(tool.isOn(editor)));
      if (tool.can(editor)) one.removeAttribute("aria-disabled");
      else one.setAttribute("aria-disabled", "true");
    }
    this.oneStop();
  };

  private make(tool: Tool): HTMLButtonElement {
    const one = button(this.texts(tool.name), "tool", () => this.use(tool));
    one.dataset.tool = tool.name.replace("tool_", "");
    one.tabIndex = -1;
    this.buttons.set(tool, one);
    return one;
  }

  private use(tool: Tool): void {
    if (!this.editor || !tool.can(this.editor)) return;
    if (tool.name === LINK) this.askForAddress();
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
    this.linking.hidden = true;
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

  private askForAddress(): void {
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
