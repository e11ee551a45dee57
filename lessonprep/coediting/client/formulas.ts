/**
 * Formulas (公式): stored as LaTeX, shown as MathML, which needs no fonts of its own.
 *
 * What draws them is a script of its own, fetched when there is the first formula.
 */

import { Node, type Editor } from "@tiptap/core";
import { NodeSelection } from "@tiptap/pm/state";

import { element } from "../../plans/client/parts";

const NAME = "formula";
export const LONGEST_LATEX = 2000;

interface Drawing {
  gongbeiFormula?: (latex: string) => string | null;
}

export const Formula = Node.create({
  name: NAME,
  group: "inline",
  inline: true,
  atom: true,
  addAttributes: () => ({
    latex: {
      default: "",
      parseHTML: (span) => span.getAttribute("data-latex") ?? "",
      renderHTML: (attributes) => ({ "data-latex": attributes.latex as string }),
    },
  }),
  parseHTML: () => [{ tag: "span[data-latex]" }],
  renderHTML: ({ HTMLAttributes }) => ["span", HTMLAttributes],
  renderText: ({ node }) => `$${node.attrs.latex as string}$`,

  addNodeView() {
    return ({ node }) => {
      const dom = element("span", "formula");
      draw(dom, node.attrs.latex as string);
      return { dom };
    };
  },
});

/** Shows `latex` in `place`: its source at once, the formula when the drawing script is there. */
export function draw(place: HTMLElement, latex: string): void {
  place.textContent = latex;
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", latex);
  void drawing().then((made) => {
    const mathml = made?.(latex);
    if (mathml) place.innerHTML = mathml;
    else place.classList.add("source");
  });
}

let fetched: Promise<Drawing["gongbeiFormula"] | null> | null = null;

/** Null where a browser draws no MathML or the script does not come: then the source stays. */
function drawing(): Promise<Drawing["gongbeiFormula"] | null> {
  fetched ??= new Promise((resolve) => {
    const source = document.querySelector<HTMLElement>("[data-formulas]")?.dataset.formulas;
    if (!source || !drawsMathML()) {
      resolve(null);
      return;
    }
    const script = document.createElement("script");
    script.src = source;
    script.onload = () => resolve((window as Drawing).gongbeiFormula ?? null);
    script.onerror = () => {
      fetched = null;
      resolve(null);
    };
    document.head.append(script);
  });
  return fetched;
}

function drawsMathML(): boolean {
  const probe = element("span");
  probe.innerHTML = "<math><mspace height='23px' width='77px'/></math>";
  probe.style.position = "absolute";
  document.body.append(probe);
  const { width } = (probe.firstElementChild as Element).getBoundingClientRect();
  probe.remove();
  return Math.abs(width - 77) < 3;
}

/** The LaTeX of the selected formula, or null. */
export function selectedFormula(editor: Editor): string | null {
  const { selection } = editor.state;
  if (!(selection instanceof NodeSelection) || selection.node.type.name !== NAME) return null;
  return selection.node.attrs.latex as string;
}

/** Puts a formula at the cursor, or changes the selected one; an empty one goes. */
export function setFormula(editor: Editor, latex: string): void {
  const { state, view } = editor;
  const source = latex.trim().slice(0, LONGEST_LATEX);
  const { tr } = state;
  if (source) tr.replaceSelectionWith(state.schema.nodes[NAME]!.create({ latex: source }), false);
  else if (selectedFormula(editor) !== null) tr.deleteSelection();
  view.dispatch(tr.scrollIntoView());
  view.focus();
}
