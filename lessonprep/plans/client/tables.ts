/**
 * Tables of lesson text: cells know colspan and rowspan, nothing of widths or styles.
 *
 * TipTap's own table extension writes <colgroup> and styles, which the server takes out, and brings
 * the code for dragging columns; the behaviour is prosemirror-tables' all the same.
 */

import { callOrReturn, getExtensionField, Node, type Attributes } from "@tiptap/core";
import { goToNextCell, addRowAfter, tableEditing } from "@tiptap/pm/tables";

declare module "@tiptap/core" {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  interface NodeConfig<Options, Storage> {
    tableRole?: "table" | "row" | "cell" | "header_cell";
  }
}

function span(name: "colspan" | "rowspan"): Attributes[string] {
  return {
    default: 1,
    parseHTML: (cell) => Math.max(1, Number.parseInt(cell.getAttribute(name) ?? "1", 10) || 1),
    renderHTML: (attributes) => (attributes[name] > 1 ? { [name]: attributes[name] as number } : {}),
  };
}

const cellAttributes = (): Attributes => ({ colspan: span("colspan"), rowspan: span("rowspan") });

export const TableCell = Node.create({
  name: "tableCell",
  content: "block+",
  tableRole: "cell",
  isolating: true,
  addAttributes: cellAttributes,
  parseHTML: () => [{ tag: "td" }],
  renderHTML: ({ HTMLAttributes }) => ["td", HTMLAttributes, 0],
});

export const TableHeader = Node.create({
  name: "tableHeader",
  content: "block+",
  tableRole: "header_cell",
  isolating: true,
  addAttributes: cellAttributes,
  parseHTML: () => [{ tag: "th" }],
  renderHTML: ({ HTMLAttributes }) => ["th", HTMLAttributes, 0],
});

export const TableRow = Node.create({
  name: "tableRow",
  content: "(tableCell | tableHeader)*",
  tableRole: "row",
  parseHTML: () => [{ tag: "tr" }],
  renderHTML: () => ["tr", 0],
});

export const Table = Node.create({
  name: "table",
  content: "tableRow+",
  tableRole: "table",
  isolating: true,
  group: "block",
  parseHTML: () => [{ tag: "table" }],
  renderHTML: () => ["table", ["tbody", 0]],

  addProseMirrorPlugins: () => [tableEditing()],

  addKeyboardShortcuts() {
    const step = (direction: 1 | -1) => () => {
      const { state, view } = this.editor;
      if (goToNextCell(direction)(state, view.dispatch)) return true;
      // Tab in the last cell opens a new row, as in Word.
      if (direction < 0 || !addRowAfter(state, view.dispatch)) return false;
      return goToNextCell(1)(this.editor.state, view.dispatch);
    };
    return { Tab: step(1), "Shift-Tab": step(-1) };
  },

  extendNodeSchema(extension) {
    const context = { name: extension.name, options: extension.options, storage: extension.storage };
    return { tableRole: callOrReturn(getExtensionField(extension, "tableRole", context)) };
  },
});
