/** Copying a text with its tables and lists, also where the page has no secure address. */

/** True when it is in the clipboard; otherwise `text` is left selected, to be copied by hand. */
export function copy(text: HTMLElement): boolean {
  const page = text.ownerDocument;
  const selection = page.getSelection();
  if (!selection) return false;
  const range = page.createRange();
  range.selectNodeContents(text);
  selection.removeAllRanges();
  selection.addRange(range);
  // Deprecated, but the clipboard API exists on https only, and a county server may have none.
  if (!page.execCommand("copy")) return false;
  selection.removeAllRanges();
  return true;
}
