/** One rich text of the shared document: an editor in its place, or a read-only view of it. */

import { Editor } from "@tiptap/core";
import { Gapcursor } from "@tiptap/extensions/gap-cursor";
import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";

import { element } from "../../plans/client/parts";
import { takingIn, TEXTBOX, type RichTextEvents } from "../../plans/client/rich";
import { Together } from "./binding";
import { isKnown, wordsOf } from "./guard";
import { Remarked } from "./remarked";
import { sharedExtensions, sharedSchema } from "./schema";
import { Proposing, type Proposer } from "./suggesting";
import type { Words } from "./words";

export interface Shared {
  awareness: Awareness;
  words: Words;
  proposer: Proposer;
  pictures: string;
  /** The number of a remark that is open, by its token. */
  numberOf(token: string): string | null;
  changed(): void;
}

export class LiveText {
  /** Null while the text holds what the schema does not know. */
  editor: Editor | null = null;
  readonly box = element("div", "editor");

  constructor(
    readonly fragment: Y.XmlFragment,
    private readonly label: string,
    private readonly shared: Shared,
    private readonly events: Pick<RichTextEvents, "dropped" | "pictures">,
    private writable: boolean,
  ) {
    this.box.dataset.rich = "";
    if (isKnown(fragment, sharedSchema)) this.open();
    else this.shut();
  }

  setWritable(writable: boolean): void {
    this.writable = writable;
    if (this.editor && this.editor.isEditable !== writable) this.editor.setEditable(writable, false);
  }

  /** Called before the binding sees what others wrote; afterwards would be too late. */
  guard(): void {
    if (this.editor && !isKnown(this.fragment, sharedSchema)) this.shut();
  }

  destroy(): void {
    this.editor?.destroy();
    this.editor = null;
    this.box.remove();
  }

  private open(): void {
    const { shared } = this;
    this.editor = new Editor({
      element: this.box,
      extensions: [
        ...sharedExtensions(shared.pictures),
        Gapcursor,
        Together.configure({ fragment: this.fragment, awareness: shared.awareness }),
        Remarked.configure({ numberOf: shared.numberOf }),
        Proposing.configure({ proposer: shared.proposer }),
      ],
      editable: this.writable,
      injectCSS: false,
      enablePasteRules: false,
      editorProps: {
        attributes: { ...TEXTBOX, "aria-label": this.label },
        ...takingIn(this.events, () => this.editor),
      },
      onCreate: () => this.invite(),
      onTransaction: ({ transaction }) => {
        if (!transaction.docChanged) return;
        this.invite();
        shared.changed();
      },
    });
    this.invite();
  }

  /** An empty text says that one may write there. */
  private invite(): void {
    const doc = this.editor?.state.doc;
    const isBlank = doc?.childCount === 1 && doc.firstChild?.isTextblock && doc.firstChild.content.size === 0;
    if (isBlank) this.box.dataset.blank = this.shared.words("write_here");
    else delete this.box.dataset.blank;
  }

  private shut(): void {
    this.editor?.destroy(); // the binding with it: it deletes nothing any more
    this.editor = null;
    const reason = element("p", "notice wait", this.shared.words("unknown_content"));
    reason.setAttribute("role", "status");
    const text = element("div", "lesson", ...wordsOf(this.fragment).map((words) => element("p", "", words)));
    this.box.dataset.guarded = "";
    this.box.replaceChildren(reason, text);
  }
}
