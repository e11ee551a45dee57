/**
 * Suggestions (建议): what is typed is proposed, what is deleted stays and is struck through.
 *
 * Whatever changed the text (keys, paste, an input method) is looked at afterwards: one changed
 * stretch, the words before and after. So there is no list of ways to type to get wrong.
 */

import { Extension, type Editor } from "@tiptap/core";
import { Fragment, type Mark, type Node, type Schema } from "@tiptap/pm/model";
import { Plugin, PluginKey, TextSelection, type EditorState, type Transaction } from "@tiptap/pm/state";
import { ySyncPluginKey } from "@tiptap/y-tiptap";

import { randomUuid } from "../../plans/client/rows";

export interface Proposer {
  /** Whether what is written now is a proposal. */
  isOn(): boolean;
  /** The user's uuid. */
  readonly author: string;
  /** Something that cannot be proposed was undone. */
  refused(): void;
}

interface Options {
  proposer: Proposer;
}

const KEY = new PluginKey<Node | null>("proposing");
const OURS = "proposal";

export const Proposing = Extension.create<Options>({
  name: "proposing",
  addProseMirrorPlugins() {
    const { proposer } = this.options;
    const { editor } = this;
    return [
      new Plugin<Node | null>({
        key: KEY,
        // The text before what an input method is writing just now.
        state: {
          init: () => null,
          apply: (tr, base, old) => {
            if (tr.getMeta(KEY) === "done") return null;
            const waits = editor.view.composing && isTyped(tr) && proposer.isOn();
            return base ?? (waits ? old.doc : null);
          },
        },
        appendTransaction: (transactions, old, state) => {
          if (!proposer.isOn() || !transactions.some(isTyped)) return null;
          if (editor.view.composing) return null; // marks would break the word being made
          return asProposal(KEY.getState(state) ?? old.doc, old, state, proposer);
        },
        props: {
          handleDOMEvents: {
            compositionstart: (view) => {
              // The chosen words are struck now: the input method would take them out.
              if (proposer.isOn() && !view.state.selection.empty) strike(view.state, view.dispatch, proposer);
              return false;
            },
            compositionend: (view) => {
              window.setTimeout(() => {
                const base = view.isDestroyed ? null : KEY.getState(view.state);
                if (!base || view.composing) return;
                const tr = asProposal(base, view.state, view.state, proposer);
                view.dispatch((tr ?? view.state.tr).setMeta(KEY, "done"));
              }, 40);
              return false;
            },
          },
        },
      }),
    ];
  },
});

function isTyped(tr: Transaction): boolean {
  const sync = tr.getMeta(ySyncPluginKey) as { isChangeOrigin?: boolean } | undefined;
  return tr.docChanged && !sync && !tr.getMeta(OURS) && tr.getMeta("addToHistory") !== false;
}

function strike(state: EditorState, dispatch: (tr: Transaction) => void, proposer: Proposer): void {
  const { from, to } = state.selection;
  const mark = state.schema.marks.deletion!.create({ id: randomUuid(), author: proposer.author });
  const tr = state.tr.addMark(from, to, mark).setMeta(OURS, true);
  dispatch(tr.setSelection(TextSelection.create(tr.doc, to)));
}

/** What makes a proposal of the difference between `base` and the text now; null where there is none. */
function asProposal(base: Node, old: EditorState, state: EditorState, proposer: Proposer): Transaction | null {
  const start = base.content.findDiffStart(state.doc.content);
  if (start === null) return null;
  let { a: endBefore, b: endNow } = base.content.findDiffEnd(state.doc.content) as { a: number; b: number };
  const overlap = start - Math.min(endBefore, endNow);
  if (overlap > 0) {
    endBefore += overlap;
    endNow += overlap;
  }
  if (!isFlat(base, start, endBefore) || !isFlat(state.doc, start, endNow)) {
    proposer.refused();
    const back = state.tr.replaceWith(0, state.doc.content.size, base.content).setMeta(OURS, true);
    const { anchor } = old.selection;
    return back.setSelection(TextSelection.near(back.doc.resolve(Math.min(anchor, back.doc.content.size))));
  }
  return marked(base, old, state, { start, endBefore, endNow }, proposer);
}

function isFlat(doc: Node, from: number, to: number): boolean {
  const $from = doc.resolve(from);
  return $from.sameParent(doc.resolve(to)) && $from.parent.isTextblock;
}

interface Stretch {
  start: number;
  endBefore: number;
  endNow: number;
}

function marked(base: Node, old: EditorState, state: EditorState, { start, endBefore, endNow }: Stretch, proposer: Proposer): Transaction {
  const { tr, schema } = state;
  const own = ownBeside(state.doc, start, endNow, proposer.author) ?? randomUuid();
  const attributes = { id: own, author: proposer.author };
  const insertion = schema.marks.insertion!.create(attributes);
  if (endNow > start) {
    tr.removeMark(start, endNow, schema.marks.deletion!);
    tr.addMark(start, endNow, insertion);
  }
  const kept = struck(base.slice(start, endBefore).content, schema, attributes);
  if (kept.size > 0) tr.insert(start, kept);
  // Behind what was typed; before what was struck by going back, behind it by going forward.
  const forward = endNow === start && old.selection.empty && old.selection.from === start;
  const at = endNow > start || forward ? start + kept.size + (endNow - start) : start;
  tr.setSelection(TextSelection.near(tr.doc.resolve(Math.min(at, tr.doc.content.size)), forward ? 1 : -1));
  tr.setStoredMarks([]);
  return tr.setMeta(OURS, true);
}

/** What was taken out, struck through; one's own proposal of before is really gone. */
function struck(content: Fragment, schema: Schema, attributes: Record<string, string>): Fragment {
  const kept: Node[] = [];
  content.forEach((node) => {
    const proposed = markOf(node, "insertion");
    if (proposed?.attrs.author === attributes.author) return;
    const already = markOf(node, "deletion");
    kept.push(already ? node : node.mark(schema.marks.deletion!.create(attributes).addToSet(node.marks)));
  });
  return Fragment.fromArray(kept);
}

function markOf(node: Node | null | undefined, name: string): Mark | undefined {
  return node?.marks.find((mark) => mark.type.name === name);
}

/** The id of one's own suggestion that this touches, so that a word typed letter by letter is one. */
function ownBeside(doc: Node, start: number, end: number, author: string): string | null {
  const near = [doc.resolve(start).nodeBefore, doc.resolve(end).nodeAfter];
  for (const node of near) {
    for (const name of ["insertion", "deletion"]) {
      const mark = markOf(node, name);
      if (mark && mark.attrs.author === author) return mark.attrs.id as string;
    }
  }
  return null;
}

export interface Suggestion {
  id: string;
  author: string;
  added: string;
  dropped: string;
}

/** The open suggestions of a text, in its order. */
export function suggestionsIn(doc: Node): Suggestion[] {
  const found = new Map<string, Suggestion>();
  doc.descendants((node) => {
    for (const { type, attrs } of node.marks) {
      if (type.name !== "insertion" && type.name !== "deletion") continue;
      const id = attrs.id as string;
      const one = found.get(id) ?? { id, author: attrs.author as string, added: "", dropped: "" };
      found.set(id, one);
      if (type.name === "insertion") one.added += node.text ?? "";
      else one.dropped += node.text ?? "";
    }
  });
  return [...found.values()];
}

/** Takes a suggestion into the text, or takes it away: marks off and words out, in one go. */
export function settle(editor: Editor, id: string, accepted: boolean): void {
  const { state, view } = editor;
  const { tr } = state;
  const [stays, goes] = accepted ? ["insertion", "deletion"] : ["deletion", "insertion"];
  const places: { from: number; to: number; mark: Mark }[] = [];
  state.doc.descendants((node, at) => {
    for (const mark of node.marks) {
      const isProposal = mark.type.name === "insertion" || mark.type.name === "deletion";
      if (isProposal && mark.attrs.id === id) places.push({ from: at, to: at + node.nodeSize, mark });
    }
  });
  for (const { from, to, mark } of places.reverse()) {
    if (mark.type.name === stays) tr.removeMark(from, to, mark);
    else if (mark.type.name === goes) tr.delete(from, to);
  }
  view.dispatch(tr.setMeta(OURS, true));
}
