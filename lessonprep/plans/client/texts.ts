/** The words of the editor: they come from the server, translated; no sentence is written here. */

export const TEXT_KEYS = [
  "saving", "saved", "kept", "kept_busy", "not_kept", "not_saved", "retry",
  "copy_mine", "copied", "copy_by_hand",
  "signed_out", "other_user", "too_large", "gone", "refused",
  "stale_title", "stale_help", "stale_mine", "stale_theirs", "stale_theirs_unnamed",
  "take_theirs", "put_mine",
  "draft_found", "draft_show", "draft_restore", "draft_discard",
  "guarded", "paste_dropped", "row_removed", "row_restore",
  "toolbar", "tool_bold", "tool_emphasis", "tool_underline", "tool_strike", "tool_sub", "tool_sup",
  "tool_heading", "tool_subheading", "tool_bullets", "tool_numbers", "tool_quote", "tool_line",
  "tool_link", "link_address", "link_apply", "link_remove", "link_cancel", "link_invalid",
  "tool_picture", "tool_describe", "tool_picture_up", "tool_picture_down", "tool_drop_picture",
  "picture_words", "picture_set", "picture_sending", "picture_failed", "picture_unreachable", "picture_leave",
  "picture_too_large",
  "tool_table", "tool_row", "tool_column", "tool_drop_row", "tool_drop_column",
  "tool_header", "tool_merge", "tool_split", "tool_drop_table",
  "tool_undo", "tool_redo",
] as const;

export type TextKey = (typeof TEXT_KEYS)[number];
export type Texts = (key: TextKey, value?: string) => string;

/** Reads `<script type="application/json" id="editor-texts">`; a missing key shows as itself. */
export function readTexts(page: Document): Texts {
  const source = page.getElementById("editor-texts")?.textContent;
  const dictionary = (source ? JSON.parse(source) : {}) as Record<string, string>;
  return (key, value = "") => (dictionary[key] ?? key).split("%s").join(value);
}
