/** Marks of lesson text that TipTap does not bring as we need them: link, subscript, superscript. */

import { Mark } from "@tiptap/core";

const SCHEME = /^[a-z][a-z0-9+.-]*:/i;
const SAFE_SCHEME = /^(?:https?|mailto):/i;
const DOMAIN = /^[^\s/:@]+\.[a-z]{2,}(?:[/:?#]\S*)?$/i;

/** Whether the server keeps this address: http, https, mailto, or one on this site. */
export function isSafeAddress(href: string): boolean {
  // Browsers skip control characters and spaces inside a scheme.
  const address = href.replace(/[\u0000-\u0020]/g, "");
  return address !== "" && (SAFE_SCHEME.test(address) || !SCHEME.test(address));
}

/** What someone typed as an address: completed where it is plainly a site, or null. */
export function typedAddress(text: string): string | null {
  const address = text.trim();
  if (SAFE_SCHEME.test(address) || address.startsWith("/")) return address;
  return DOMAIN.test(address) ? `https://${address}` : null;
}

export const Link = Mark.create({
  name: "link",
  priority: 1000,
  inclusive: false,
  keepOnSplit: false,
  addAttributes: () => ({ href: { default: null } }),
  parseHTML: () => [
    {
      tag: "a[href]",
      getAttrs: (element) => isSafeAddress(element.getAttribute("href") ?? "") && null,
    },
  ],
  renderHTML: ({ HTMLAttributes }) => ["a", { href: HTMLAttributes.href as string }, 0],
});

export const Subscript = Mark.create({
  name: "subscript",
  excludes: "subscript superscript",
  parseHTML: () => [{ tag: "sub" }, { style: "vertical-align=sub" }],
  renderHTML: () => ["sub", 0],
});

export const Superscript = Mark.create({
  name: "superscript",
  excludes: "subscript superscript",
  parseHTML: () => [{ tag: "sup" }, { style: "vertical-align=super" }],
  renderHTML: () => ["sup", 0],
});
