/** What the page tells the script: `<script type="application/json" id="live">`. */

export interface Config {
  socket: string;
  room: string;
  epoch: number;
  user: { id: string; name: string };
  /** Names of the group by uuid, for suggestions of those who are not here. */
  people: Record<string, string>;
  may_decide: boolean;
  may_remark: boolean;
  pictures: string;
  picture: string;
  /** With zeros for the section. */
  remark: string;
  column_names: Record<string, string>;
  columns: Record<string, string[]>;
  token: string;
}

export const NO_SECTION = "00000000-0000-0000-0000-000000000000";

export function readConfig(page: Document): Config | null {
  const source = page.getElementById("live")?.textContent;
  return source ? (JSON.parse(source) as Config) : null;
}
