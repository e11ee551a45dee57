/** The tools of the editor: what each does, and when it is on or of no use. */

import type { ChainedCommands, Editor } from "@tiptap/core";
import { Fragment, type Node as ModelNode, type Schema } from "@tiptap/pm/model";
import { TextSelection, type EditorState, type Transaction } from "@tiptap/pm/state";
import {
  addColumnAfter,
  addRowAfter,
  deleteColumn,
  deleteRow,
  deleteTable,
  isInTable,
  mergeCells,
  splitCell,
  toggleHeaderRow,
} from "@tiptap/pm/tables";

import { move, selected } from "./pictures";
import type { TextKey } from "./texts";

type Dispatch = ((transaction: Transaction) => void) | undefined;
type ModelCommand = (state: EditorState, dispatch?: Dispatch) => boolean;

/** What a tool asks for in a line below the tools before it does anything. */
export interface Ask {
  label: string;
  apply: string;
  longest: number;
  now(editor: Editor): string;
  /** The editor whose selection was there when the question came. */
  done(editor: Editor, answer: string): void;
}

export interface Tool {
  /** The key of its text. */
  name: string;
  ask?: Ask;
  run(editor: Editor): void;
  /** Can it do anything here? */
  can(editor: Editor): boolean;
  /** For a tool that is on or off. */
  isOn?(editor: Editor): boolean;
  /** Shown only while this is so; without it always. */
  only?(editor: Editor): boolean;
}

const NEW_ROWS = 3;
const NEW_COLUMNS = 3;

function toggle(
  name: TextKey,
  command: (chain: ChainedCommands) => ChainedCommands,
  isOn: (editor: Editor) => boolean,
): Tool {
  return {
    name,
    run: (editor) => void command(editor.chain().focus()).run(),
    can: (editor) => command(editor.can().chain()).run(),
    isOn,
  };
}

function act(name: TextKey, command: (chain: ChainedCommands) => ChainedCommands): Tool {
  return {
    name,
    run: (editor) => void command(editor.chain().focus()).run(),
    can: (editor) => command(editor.can().chain()).run(),
  };
}

function inTable(name: TextKey, command: ModelCommand): Tool {
  return {
    name,
    only: (editor) => editor.isActive("table") && !onPicture(editor),
    can: ({ state }) => command(state),
    run: ({ state, view }) => {
      command(state, view.dispatch);
      view.focus();
    },
  };
}

const onPicture = (editor: Editor): boolean => selected(editor) !== null;

function toPicture(name: TextKey, run: (editor: Editor) => void, can: (editor: Editor) => boolean = onPicture): Tool {
  return { name, run, can, only: onPicture };
}

const insertTable: ModelCommand = (state, dispatch) => {
  if (isInTable(state)) return false;
  const table = newTable(state.schema);
  const { $from } = state.selection;
  const transaction = state.tr.replaceSelectionWith(table);
  if (!transaction.docChanged) return false;
  const at = Math.max(0, transaction.mapping.map($from.pos, -1) - 1);
  let start = -1;
  transaction.doc.nodesBetween(at, transaction.doc.content.size, (node, position) => {
    if (start < 0 && node.type.name === "table") start = position;
    return start < 0;
  });
  const end = start + table.nodeSize;
  // Somewhere to go on writing below the table, on a telephone too.
  if (start >= 0 && transaction.doc.resolve(end).nodeAfter === null) {
    transaction.insert(end, state.schema.nodes.paragraph!.create());
  }
  if (start >= 0) transaction.setSelection(TextSelection.near(transaction.doc.resolve(start + 1)));
  dispatch?.(transaction.scrollIntoView());
  return true;
};

function newTable({ nodes }: Schema): ModelNode {
  const row = (cell: "tableHeader" | "tableCell"): ModelNode => {
    const cells = Array.from({ length: NEW_COLUMNS }, () => nodes[cell]!.createAndFill()!);
    return nodes.tableRow!.create(null, Fragment.from(cells));
  };
  const body = Array.from({ length: NEW_ROWS - 1 }, () => row("tableCell"));
  return nodes.table!.create(null, [row("tableHeader"), ...body]);
}

export function setLink(editor: Editor, href: string): void {
  const chain = editor.chain().focus().extendMarkRange("link");
  if (editor.state.selection.empty && !editor.isActive("link")) {
    chain.insertContent({ type: "text", text: href, marks: [{ type: "link", attrs: { href } }] }).run();
  } else {
    chain.setMark("link", { href }).run();
  }
}

export function removeLink(editor: Editor): void {
  editor.chain().focus().extendMarkRange("link").unsetMark("link").run();
}

export const LINK = "tool_link" satisfies TextKey;
export const PICTURE = "tool_picture" satisfies TextKey;
export const DESCRIBE = "tool_describe" satisfies TextKey;

export const TOOLS: Tool[] = [
  toPicture(DESCRIBE, () => undefined), // the toolbar asks for the words first
  toPicture("tool_picture_up", (editor) => void move(editor, -1), (editor) => move(editor, -1, false)),
  toPicture("tool_picture_down", (editor) => void move(editor, 1), (editor) => move(editor, 1, false)),
  toPicture("tool_drop_picture", (editor) => void editor.chain().focus().deleteSelection().run()),
  toggle("tool_bold", (chain) => chain.toggleBold(), (editor) => editor.isActive("bold")),
  toggle("tool_emphasis", (chain) => chain.toggleItalic(), (editor) => editor.isActive("italic")),
  toggle("tool_heading", (chain) => chain.toggleHeading({ level: 3 }), (editor) => editor.isActive("heading", { level: 3 })),
  toggle("tool_subheading", (chain) => chain.toggleHeading({ level: 4 }), (editor) => editor.isActive("heading", { level: 4 })),
  toggle("tool_bullets", (chain) => chain.toggleBulletList(), (editor) => editor.isActive("bulletList")),
  toggle("tool_numbers", (chain) => chain.toggleOrderedList(), (editor) => editor.isActive("orderedList")),
  {
    name: "tool_table",
    can: ({ state }) => insertTable(state),
    run: ({ state, view }) => {
      insertTable(state, view.dispatch);
      view.focus();
    },
  },
  inTable("tool_row", addRowAfter),
  inTable("tool_column", addColumnAfter),
  inTable("tool_drop_row", deleteRow),
  inTable("tool_drop_column", deleteColumn),
  inTable("tool_header", toggleHeaderRow),
  inTable("tool_merge", mergeCells),
  inTable("tool_split", splitCell),
  inTable("tool_drop_table", deleteTable),
  {
    name: LINK,
    can: (editor) => editor.can().setMark("link", { href: "/" }),
    run: () => undefined, // the toolbar asks for the address first
    isOn: (editor) => editor.isActive("link"),
  },
  {
    name: PICTURE,
    can: () => true,
    run: () => undefined, // the toolbar asks for a file first
  },
  toggle("tool_quote", (chain) => chain.toggleBlockquote(), (editor) => editor.isActive("blockquote")),
  toggle("tool_underline", (chain) => chain.toggleUnderline(), (editor) => editor.isActive("underline")),
  toggle("tool_strike", (chain) => chain.toggleStrike(), (editor) => editor.isActive("strike")),
  toggle("tool_sub", (chain) => chain.toggleMark("subscript"), (editor) => editor.isActive("subscript")),
  toggle("tool_sup", (chain) => chain.toggleMark("superscript"), (editor) => editor.isActive("superscript")),
  act("tool_line", (chain) => chain.setHorizontalRule()),
  act("tool_undo", (chain) => chain.undo()),
  act("tool_redo", (chain) => chain.redo()),
];
