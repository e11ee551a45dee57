/** One rich text of a form: an editor in the place of its textarea, or a read-only view of it. */

import { Editor } from "@tiptap/core";
import { Gapcursor } from "@tiptap/extensions/gap-cursor";
import { UndoRedo } from "@tiptap/extensions/undo-redo";
import type { EditorProps } from "@tiptap/pm/view";

import { isLossless } from "./guard";
import { cleanPasted } from "./paste";
import { isPictureAlone, picturesIn, showPictures } from "./pictures";
import { canonical, extensionsFor, parseHTML, toHTML } from "./schema";
import type { Texts } from "./texts";

const PLAIN = /_text$/;
let lastId = 0;

export interface RichTextEvents {
  changed(): void;
  /** Pictures or formulas in what was pasted were left out. */
  dropped(): void;
  /** Pictures were pasted or dropped into the text; false where the page takes none. */
  pictures(editor: Editor, files: File[], position: number): boolean;
}

export class RichText {
  /** Null while the text holds what the schema does not know. */
  editor: Editor | null = null;
  private untouchable = "";
  private readonly box: HTMLElement;
  private readonly labelId: string | null;

  constructor(
    readonly textarea: HTMLTextAreaElement,
    html: string,
    private readonly texts: Texts,
    private readonly events: RichTextEvents,
    private readonly pictureAddress = "",
  ) {
    const page = textarea.ownerDocument;
    const label = textarea.labels?.[0] ?? null;
    this.labelId = label ? identify(label) : null;
    this.box = page.createElement("div");
    this.box.className = "editor";
    const wrapping = textarea.closest("label");
    (wrapping ?? textarea).after(this.box);
    this.load(html);
    label?.addEventListener("click", () => this.editor?.commands.focus());
    // Only now: an editor that could not be made leaves the plain form as it was.
    textarea.hidden = true;
    textarea.disabled = true;
  }

  /** The name of the field that holds HTML; the textarea has the one of plain text. */
  get name(): string {
    return this.textarea.name.replace(PLAIN, "");
  }

  get html(): string {
    return this.editor ? toHTML(this.editor.state.doc) : this.untouchable;
  }

  /** Puts another text in its place; not reported as a change. */
  load(html: string): void {
    if (!isLossless(html)) this.shut(html);
    else if (this.editor) this.editor.commands.setContent(parseHTML(html).toJSON(), { emitUpdate: false });
    else this.open(html);
  }

  destroy(): void {
    this.editor?.destroy();
    this.editor = null;
  }

  private open(html: string): void {
    this.box.textContent = "";
    this.box.removeAttribute("data-guarded");
    this.editor = new Editor({
      element: this.box,
      extensions: [...extensionsFor(this.pictureAddress), UndoRedo, Gapcursor],
      content: parseHTML(html).toJSON(),
      injectCSS: false,
      enablePasteRules: false,
      editorProps: {
        attributes: {
          ...TEXTBOX,
          ...(this.labelId ? { "aria-labelledby": this.labelId } : {}),
        },
        ...takingIn(this.events, () => this.editor),
      },
      onUpdate: () => this.events.changed(),
    });
  }

  /** Shown, sent back letter by letter, and not to be changed here. */
  private shut(html: string): void {
    this.destroy();
    this.untouchable = html;
    const page = this.box.ownerDocument;
    const reason = page.createElement("p");
    reason.className = "notice wait";
    reason.textContent = this.texts("guarded");
    const text = page.createElement("div");
    text.className = "lesson";
    text.innerHTML = canonical(html);
    showPictures(text, this.pictureAddress);
    this.box.setAttribute("data-guarded", "");
    this.box.replaceChildren(reason, text);
  }

}

export const TEXTBOX = { class: "lesson", role: "textbox", "aria-multiline": "true" };

/** How an editor takes what is pasted into it and dropped on it. */
export function takingIn(events: Pick<RichTextEvents, "dropped" | "pictures">, editor: () => Editor | null): EditorProps {
  const given = (files: File[], position: number): boolean => {
    const into = editor();
    return into !== null && files.length > 0 && events.pictures(into, files, position);
  };
  return {
    transformPastedHTML: (pasted) => {
      const { html, dropped } = cleanPasted(pasted);
      if (dropped) events.dropped();
      return html;
    },
    handlePaste: (view, { clipboardData }) =>
      clipboardData !== null &&
      isPictureAlone(clipboardData) &&
      given(picturesIn(clipboardData), view.state.selection.to),
    handleDrop: (view, event, _slice, moved) => {
      const place = view.posAtCoords({ left: event.clientX, top: event.clientY });
      return !moved && given(picturesIn(event.dataTransfer), place?.pos ?? view.state.doc.content.size);
    },
  };
}

function identify(element: HTMLElement): string {
  if (!element.id) element.id = `editor-label-${(lastId += 1)}`;
  return element.id;
}
