/** A rich text bound to its place in the shared document: others' cursors, undo of one's own alone. */

import { Extension } from "@tiptap/core";
import { redo, undo, yCursorPlugin, ySyncPlugin, yUndoPlugin, yUndoPluginKey } from "@tiptap/y-tiptap";
import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";

import { element } from "../../plans/client/parts";
import { colourOf } from "./people";

declare module "@tiptap/core" {
  interface Commands<ReturnType> {
    together: { undo: () => ReturnType; redo: () => ReturnType };
  }
}

interface Person {
  id?: string;
  name?: string;
}

interface Options {
  fragment: Y.XmlFragment;
  awareness: Awareness;
}

export const Together = Extension.create<Options>({
  name: "together",
  priority: 1000,

  addCommands: () => ({
    undo:
      () =>
      ({ tr, state, dispatch }) => {
        tr.setMeta("preventDispatch", true);
        if (yUndoPluginKey.getState(state)?.undoManager.undoStack.length === 0) return false;
        return dispatch ? undo(state) : true;
      },
    redo:
      () =>
      ({ tr, state, dispatch }) => {
        tr.setMeta("preventDispatch", true);
        if (yUndoPluginKey.getState(state)?.undoManager.redoStack.length === 0) return false;
        return dispatch ? redo(state) : true;
      },
  }),

  addKeyboardShortcuts() {
    return {
      "Mod-z": () => this.editor.commands.undo(),
      "Mod-y": () => this.editor.commands.redo(),
      "Shift-Mod-z": () => this.editor.commands.redo(),
    };
  },

  addProseMirrorPlugins() {
    const { fragment, awareness } = this.options;
    return [
      ySyncPlugin(fragment),
      yCursorPlugin(awareness, { cursorBuilder: cursorOf, selectionBuilder: selectionOf }),
      yUndoPlugin(),
    ];
  },
});

function cursorOf(user: Person): HTMLElement {
  const flag = element("span", "flag", user.name ?? "");
  const cursor = element("span", `cursor ${colourOf(user.id)}`, "\u2060", flag, "\u2060");
  cursor.setAttribute("aria-hidden", "true");
  return cursor;
}

function selectionOf(user: Person): Record<string, string> {
  return { class: `chosen ${colourOf(user.id)}` };
}
