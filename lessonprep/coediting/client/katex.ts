/** Draws a formula as MathML; a script of its own, since most plans have none. */

import katex from "katex";

/** Null for what is no LaTeX. */
export function mathml(latex: string): string | null {
  try {
    return katex.renderToString(latex, {
      output: "mathml",
      throwOnError: true,
      strict: "ignore",
      trust: false,
      maxSize: 20,
      maxExpand: 200,
    });
  } catch {
    return null;
  }
}

if (typeof window !== "undefined") Object.assign(window, { gongbeiFormula: mathml });
