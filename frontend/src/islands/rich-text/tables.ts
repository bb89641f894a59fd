import { Extension, Node } from "@tiptap/core";
import type { Node as DocumentNode } from "@tiptap/pm/model";
import { Plugin, TextSelection } from "@tiptap/pm/state";
import {
  addColumnAfter,
  addColumnBefore,
  addRowAfter,
  addRowBefore,
  deleteColumn,
  deleteRow,
  deleteTable,
  goToNextCell,
  isInTable,
  tableEditing,
} from "@tiptap/pm/tables";

declare module "@tiptap/core" {
  interface NodeConfig<Options, Storage> {
    /** What the library for tables knows the node by. */
    tableRole?: "table" | "row" | "cell" | "header_cell";
  }
  interface Commands<ReturnType> {
    lessonTables: {
      insertTable: () => ReturnType;
      tableCommand: (name: TableCommand) => ReturnType;
      alignColumn: (align: "left" | "center" | "right" | null) => ReturnType;
    };
  }
}

const commands = {
  addColumnAfter,
  addColumnBefore,
  addRowAfter,
  addRowBefore,
  deleteColumn,
  deleteRow,
  deleteTable,
};
export type TableCommand = keyof typeof commands;

/** What the library for tables asks of every cell. Markdown's cells are never joined. */
const cell = {
  content: "paragraph",
  isolating: true,
  addAttributes: () => ({
    align: {
      default: null,
      parseHTML: (element: HTMLElement) => element.dataset.align ?? element.getAttribute("align"),
      renderHTML: (attrs: Record<string, unknown>) => (attrs.align ? { "data-align": attrs.align } : {}),
    },
    colspan: { default: 1, rendered: false },
    rowspan: { default: 1, rendered: false },
    colwidth: { default: null, rendered: false },
  }),
};

const Table = Node.create({
  name: "table",
  group: "block",
  content: "tableRow+",
  isolating: true,
  tableRole: "table",
  parseHTML: () => [{ tag: "table" }],
  renderHTML: () => ["table", ["tbody", 0]],
  extendNodeSchema: (extension) => ({ tableRole: extension.config.tableRole }),
});

const TableRow = Node.create({
  name: "tableRow",
  content: "(tableCell | tableHeader)*",
  tableRole: "row",
  parseHTML: () => [{ tag: "tr" }],
  renderHTML: () => ["tr", 0],
});

const TableCell = Node.create({
  ...cell,
  name: "tableCell",
  tableRole: "cell",
  parseHTML: () => [{ tag: "td" }],
  renderHTML: ({ HTMLAttributes }) => ["td", HTMLAttributes, 0],
});

const TableHeader = Node.create({
  ...cell,
  name: "tableHeader",
  tableRole: "header_cell",
  parseHTML: () => [{ tag: "th" }],
  renderHTML: ({ HTMLAttributes }) => ["th", { ...HTMLAttributes, scope: "col" }, 0],
});

/** Where cells are not what Markdown can say: heads in the first row and only there, one alignment a column. */
function corrections(table: DocumentNode): { at: number; header: boolean; align: string | null }[] {
  const aligns = table.firstChild?.children.map((first) => first.attrs.align ?? null) ?? [];
  const wrong: { at: number; header: boolean; align: string | null }[] = [];
  table.forEach((row, rowAt, rowIndex) => {
    row.forEach((node, cellAt, column) => {
      const header = rowIndex === 0;
      const align = aligns[column] ?? null;
      if ((node.type.name === "tableHeader") !== header || node.attrs.align !== align) {
        wrong.push({ at: rowAt + 1 + cellAt + 1, header, align });
      }
    });
  });
  return wrong;
}

const Tables = Extension.create({
  name: "lessonTables",
  addCommands() {
    return {
      insertTable:
        () =>
        ({ tr, dispatch, editor }) => {
          const { tableCell, tableHeader, tableRow, table } = editor.schema.nodes;
          if (!tableCell || !tableHeader || !tableRow || !table) return false;
          const row = (type: typeof tableCell) =>
            tableRow.create(
              null,
              Array.from({ length: 3 }, () => type.createAndFill() as DocumentNode),
            );
          const made = table.create(null, [row(tableHeader), row(tableCell), row(tableCell)]);
          if (dispatch) {
            const at = tr.selection.from;
            tr.replaceSelectionWith(made).scrollIntoView();
            tr.setSelection(TextSelection.near(tr.doc.resolve(Math.min(at + 1, tr.doc.content.size))));
          }
          return true;
        },
      tableCommand:
        (name) =>
        ({ state, dispatch }) =>
          commands[name](state, dispatch),
      alignColumn:
        (align) =>
        ({ tr, state, dispatch }) => {
          if (!isInTable(state)) return false;
          const { $from } = state.selection;
          let depth = $from.depth;
          while (depth > 0 && $from.node(depth).type.name !== "table") depth -= 1;
          const table = $from.node(depth);
          const column = $from.index(depth + 1);
          let at = $from.start(depth) + 1;
          for (let index = 0; index < column; index += 1) at += table.firstChild?.child(index).nodeSize ?? 0;
          // The other rows follow the first.
          if (dispatch) tr.setNodeAttribute(at, "align", align);
          return true;
        },
    };
  },
  addKeyboardShortcuts() {
    return {
      Tab: ({ editor }) => {
        const next = () => goToNextCell(1)(editor.state, editor.view.dispatch);
        if (!isInTable(editor.state)) return false;
        return next() || (editor.commands.tableCommand("addRowAfter") && next());
      },
      "Shift-Tab": ({ editor }) => goToNextCell(-1)(editor.state, editor.view.dispatch),
    };
  },
  addProseMirrorPlugins() {
    return [
      tableEditing(),
      new Plugin({
        appendTransaction(transactions, _, state) {
          if (!transactions.some((transaction) => transaction.docChanged)) return null;
          const { tableCell, tableHeader } = state.schema.nodes;
          const tr = state.tr;
          state.doc.descendants((node, at) => {
            if (node.type.name !== "table") return true;
            for (const wrong of corrections(node)) {
              const type = wrong.header ? tableHeader : tableCell;
              const attrs = { ...state.doc.nodeAt(at + wrong.at)?.attrs, align: wrong.align };
              tr.setNodeMarkup(at + wrong.at, type, attrs);
            }
            return false;
          });
          return tr.docChanged ? tr : null;
        },
      }),
    ];
  },
});

export const tables = [Table, TableRow, TableHeader, TableCell, Tables];
