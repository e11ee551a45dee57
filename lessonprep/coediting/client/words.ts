/** The words of writing together; they come from the server, translated, beside the editor's. */

import { readTexts, type TextKey } from "../../plans/client/texts";

export const WORD_KEYS = [
  "connecting", "saved_all", "offline_nothing", "here", "and",
  "read_only_phase", "read_only_role", "stop_epoch", "stop_schema", "stop_signed_out", "stop_no_access",
  "stop_not_open", "stop_content", "stop_size", "stop_malformed", "kept_copy", "aside", "reload", "sections_changed",
  "unknown_content", "write_here", "shared_on", "shared_help",
  "tool_formula", "tool_change_formula", "formula_label", "formula_set",
  "tool_remark", "remark_label", "remark_send", "remark_failed", "remark_choose",
  "suggest_on", "suggest_help", "suggest_structure",
  "suggests_adding", "suggests_dropping", "suggests_replacing", "accept", "decline", "take_back", "somebody",
  "step", "minutes", "row_up", "row_down", "row_remove", "row_add", "rows_most", "step_name",
  "sheet_close", "sheet_previous", "sheet_next", "sheet_remarks",
] as const;

export type WordKey = (typeof WORD_KEYS)[number];
export type Words = (key: WordKey | TextKey, value?: string) => string;

export function readWords(page: Document): Words {
  return readTexts(page) as Words;
}
