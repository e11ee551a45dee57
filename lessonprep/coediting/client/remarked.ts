/** Shows in the text what open remarks (批注) are about, with their number; settled ones leave no trace. */

import { Extension } from "@tiptap/core";
import type { Node } from "@tiptap/pm/model";
import { Plugin, PluginKey, type EditorState } from "@tiptap/pm/state";
import { Decoration, DecorationSet } from "@tiptap/pm/view";

import { element } from "../../plans/client/parts";

interface Options {
  numberOf(token: string): string | null;
}

const KEY = new PluginKey<DecorationSet>("remarked");

export const Remarked = Extension.create<Options>({
  name: "remarked",
  addProseMirrorPlugins() {
    const { numberOf } = this.options;
    return [
      new Plugin<DecorationSet>({
        key: KEY,
        state: {
          init: (_config, state: EditorState) => decorations(state.doc, numberOf),
          apply: (tr, shown) => (tr.docChanged || tr.getMeta(KEY) ? decorations(tr.doc, numberOf) : shown),
        },
        props: { decorations: (state) => KEY.getState(state) },
      }),
    ];
  },
});

/** The remarks changed, not the text. */
export function refreshRemarked(state: EditorState, dispatch: (tr: EditorState["tr"]) => void): void {
  dispatch(state.tr.setMeta(KEY, true).setMeta("addToHistory", false));
}

function decorations(doc: Node, numberOf: Options["numberOf"]): DecorationSet {
  const found: Decoration[] = [];
  const ends = new Map<string, number>();
  doc.descendants((node, at) => {
    for (const mark of node.marks) {
      if (mark.type.name !== "comment") continue;
      const token = mark.attrs.id as string;
      if (numberOf(token) === null) continue;
      found.push(Decoration.inline(at, at + node.nodeSize, { class: "remarked", "data-about": token }));
      ends.set(token, at + node.nodeSize);
    }
  });
  for (const [token, end] of ends) {
    const number = numberOf(token) ?? "";
    const make = (): HTMLElement => {
      const sign = element("sup", "remark-number", number);
      sign.dataset.about = token;
      return sign;
    };
    found.push(Decoration.widget(end, make, { side: 1, key: `${token}${number}`, ignoreSelection: true }));
  }
  return DecorationSet.create(doc, found);
}

/** The tokens of the remarks that a text is about. */
export function tokensIn(doc: Node): Set<string> {
  const tokens = new Set<string>();
  doc.descendants((node) => {
    for (const mark of node.marks) if (mark.type.name === "comment") tokens.add(mark.attrs.id as string);
  });
  return tokens;
}
