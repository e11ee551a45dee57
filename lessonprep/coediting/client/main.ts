/** Writing together (集体研讨备课) on the page of a plan: the shared document in the place of its text. */

import "../../plans/client/old-browsers";

import type { Editor } from "@tiptap/core";
import * as Y from "yjs";

import { isShared, setShared } from "../../plans/client/computer";
import { element } from "../../plans/client/parts";
import { TOOLS, type Tool } from "../../plans/client/tools";
import { Cards } from "./cards";
import { readConfig, type Config } from "./config";
import { eraseAll, KeptOnDevice, KeptWhileAllowed, nothingKept, type Device } from "./device";
import { LONGEST_LATEX, selectedFormula, setFormula } from "./formulas";
import { Line } from "./line";
import { Margin } from "./margin";
import { People } from "./people";
import { Provider, type State } from "./provider";
import { refreshRemarked } from "./remarked";
import { Remarks } from "./remarks";
import { SCHEMA_HASH } from "./schema";
import { LiveSection } from "./section";
import { clock, socketTo } from "./socket";
import { readWords, type Words } from "./words";

const COMPOSED_AFTER = 60; // ms: ProseMirror reads the finished composition a moment after its end
const LONGEST_REMARK = 2000;
const WAIT = 60; // ms
const MOST_WAITS = 80;

/** An editor's view, with what reads the browser's caret and letters. */
type Observed = { domObserver: { flush(): void } };

class Live {
  private readonly words: Words;
  private readonly doc = new Y.Doc();
  private readonly provider: Provider;
  private readonly line: Line;
  private readonly remarks: Remarks;
  private readonly cards: Cards;
  private margin: Margin | null = null;
  private sections: LiveSection[] = [];
  private suggests = false;
  private waits = false;
  private waited = 0;

  constructor(
    private readonly page: Document,
    private readonly config: Config,
    private readonly place: HTMLElement,
  ) {
    this.words = readWords(page);
    place.hidden = false;
    this.line = new Line(this.part("state"), this.words, () => element("div", "", ...this.sections.map((one) => one.describe())));
    const address = `${config.socket}?epoch=${config.epoch}&schema=${SCHEMA_HASH}`;
    this.provider = new Provider(this.doc, {
      connect: socketTo(address),
      device: deviceFor(config),
      clock,
      show: (state) => this.show(state),
      synced: () => this.mount(),
      beforeOthers: () => this.readHands(),
      mayWrite: (write, reason) => this.setWritable(write, reason),
      keptByServer: () => this.tell("kept_copy"),
    });
    this.cards = new Cards(config, this.words, () => this.provider.write);
    this.remarks = new Remarks(config, page, () => this.remarksChanged());
    this.provider.awareness.setLocalStateField("user", config.user);
    new People(this.part("people"), this.provider.awareness, config.user, this.words);
    this.makeSwitch();
    this.makeSharedSwitch();
    this.doc.on("beforeObserverCalls", (transaction: Y.Transaction) => {
      if (!transaction.local) for (const section of this.sections) section.guard();
    });
    this.listen();
    this.provider.connect();
  }

  private part(name: string): HTMLElement {
    return this.place.querySelector(`[data-live-${name}]`) as HTMLElement;
  }

  private show(state: State): void {
    this.line.show(state);
    this.page.documentElement.dataset.live = state.name;
  }

  /** The document is here: every section of the page gets its editors. */
  private mount(): void {
    const all = this.doc.getMap("sections") as Y.Map<Y.Map<unknown>>;
    if (all.size === 0) {
      this.provider.stop("content"); // never an empty plan in the place of a full one
      return;
    }
    const tools = this.tools();
    const shared = {
      awareness: this.provider.awareness,
      words: this.words,
      proposer: {
        isOn: () => this.suggests,
        author: this.config.user.id,
        refused: () => this.tell("suggest_structure"),
      },
      pictures: this.config.picture,
      numberOf: this.remarks.numberOf,
      changed: () => this.changedSoon(),
    };
    const around = { config: this.config, words: this.words, shared, line: this.line, tools };
    for (const host of this.page.querySelectorAll<HTMLElement>("[data-live-section]")) {
      const uuid = host.dataset.liveSection ?? "";
      const section = all.get(uuid);
      if (section && section.get("gone") !== true) this.sections.push(new LiveSection(uuid, host, section, around));
    }
    const column = this.page.querySelector<HTMLElement>("[data-live-section]")?.closest<HTMLElement>(".work > div");
    if (column) this.margin = new Margin(column, this.words);
    for (const section of this.sections) section.setWritable(this.provider.write);
    this.page.documentElement.classList.add("live");
    all.observeDeep((events) => {
      if (events.some(({ path }) => path.length < 2)) this.sectionsChanged(all);
    });
    this.sectionsChanged(all);
    this.changedSoon();
  }

  /** Sections come and go by the server alone: with another design, or an earlier text. */
  private sectionsChanged(all: Y.Map<Y.Map<unknown>>): void {
    const present = [...all.entries()].filter(([, section]) => section.get("gone") !== true).map(([uuid]) => uuid);
    const shown = new Set(this.sections.map(({ uuid }) => uuid));
    if (present.length !== shown.size || present.some((uuid) => !shown.has(uuid))) this.tell("sections_changed", true);
  }

  private setWritable(write: boolean, reason: string): void {
    for (const section of this.sections) section.setWritable(write);
    this.part("switch").hidden = !write;
    const why = reason === "phase" || reason === "role" ? (`read_only_${reason}` as const) : null;
    this.page.documentElement.dataset.liveWrite = String(write);
    const said = this.part("reading");
    said.hidden = write || why === null;
    said.textContent = why ? this.words(why) : "";
    this.changedSoon();
  }

  private tell(key: Parameters<Words>[0], reload = false): void {
    const told = this.part("told");
    told.textContent = this.words(key);
    told.hidden = false;
    if (!reload) return;
    const again = element("a", "btn s", this.words("reload"));
    again.href = window.location.pathname;
    told.append(" ", again);
  }

  private changedSoon(): void {
    if (this.waits) return;
    this.waits = true;
    window.requestAnimationFrame(() => {
      this.waits = false;
      this.changed();
    });
  }

  private changed(): void {
    for (const section of this.sections) {
      const notes = this.page.getElementById(`s-${section.uuid}`)?.querySelector<HTMLElement>(".notes");
      if (notes) this.cards.show(section, notes);
    }
    this.remarks.lookAt(this.editors());
    this.margin?.layOutSoon();
  }

  private remarksChanged(): void {
    for (const { state, view } of this.editors()) refreshRemarked(state, (tr) => view.dispatch(tr));
    this.changedSoon();
  }

  private editors(): Editor[] {
    return this.sections.flatMap((section) => section.editors);
  }

  private tools(): Tool[] {
    const { words } = this;
    const ask = { label: words("formula_label"), apply: words("formula_set"), longest: LONGEST_LATEX };
    const formula = { now: (editor: Editor) => selectedFormula(editor) ?? "", done: setFormula };
    const hasFormula = (editor: Editor): boolean => selectedFormula(editor) !== null;
    const tools: Tool[] = [
      { name: "tool_change_formula", ask: { ...ask, ...formula }, run: () => undefined, can: hasFormula, only: hasFormula },
      ...TOOLS,
      { name: "tool_formula", ask: { ...ask, ...formula }, run: () => undefined, can: () => true },
    ];
    if (this.config.may_remark) tools.unshift(this.remarkTool());
    return tools;
  }

  private remarkTool(): Tool {
    const { words } = this;
    return {
      name: "tool_remark",
      run: () => undefined,
      can: ({ state }) => !state.selection.empty,
      ask: {
        label: words("remark_label"),
        apply: words("remark_send"),
        longest: LONGEST_REMARK,
        now: () => "",
        done: (editor, text) => void this.remark(editor, text.trim()),
      },
    };
  }

  private async remark(editor: Editor, text: string): Promise<void> {
    const section = this.sections.find((one) => one.editors.includes(editor));
    if (!section || text === "") return;
    editor.commands.focus();
    if (await this.remarks.make(section, editor, text)) return;
    this.tell("remark_failed");
    this.part("told").append(` “${text}”`);
  }

  private makeSwitch(): void {
    const box = element("input");
    box.type = "checkbox";
    box.addEventListener("change", () => {
      this.suggests = box.checked;
      this.page.documentElement.classList.toggle("suggesting", box.checked);
      if (box.checked) this.tell("suggest_help");
      else this.part("told").hidden = true;
    });
    this.part("switch").append(element("label", "pick", box, " ", this.words("suggest_on")));
  }

  /** On a computer that others use nothing stays: what was kept goes at once, too. */
  private makeSharedSwitch(): void {
    const box = element("input");
    box.type = "checkbox";
    box.checked = isShared(this.page);
    box.addEventListener("change", () => {
      setShared(this.page, box.checked);
      if (!box.checked) {
        this.part("told").hidden = true;
        return;
      }
      void eraseAll(window.indexedDB);
      this.tell("shared_help");
    });
    this.part("shared").append(element("label", "pick", box, " ", this.words("shared_on")));
  }

  private listen(): void {
    const { page, provider } = this;
    page.addEventListener("compositionstart", () => provider.hold(), true);
    page.addEventListener("compositionupdate", () => provider.hold(), true);
    page.addEventListener("compositionend", () => window.setTimeout(() => this.composed(), COMPOSED_AFTER), true);
    page.addEventListener("submit", (event) => this.submitting(event));
    page.addEventListener("visibilitychange", () => {
      if (page.visibilityState === "hidden") provider.flush();
      else provider.returned();
    });
    window.addEventListener("focus", () => provider.returned());
    window.addEventListener("online", () => provider.returned());
    window.addEventListener("offline", () => provider.wentOffline());
    window.addEventListener("pagehide", () => provider.flush());
    window.addEventListener("beforeunload", (event) => {
      provider.flush();
      if (!provider.hasUnsaved) return;
      event.preventDefault();
      event.returnValue = "";
    });
  }

  /** What is sent from the page (ending the discussion, a remark) goes after what was typed. */
  private submitting(event: SubmitEvent): void {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented) return;
    this.provider.flush();
    if (this.provider.state.name === "saving" && this.waited < MOST_WAITS) {
      event.preventDefault();
      this.waited += 1;
      const pressed = event.submitter;
      window.setTimeout(() => (pressed ? pressed.click() : form.submit()), WAIT);
    } else if (form.matches("[data-sign-out]")) {
      void eraseAll(window.indexedDB);
    }
  }

  // A browser tells of a caret that moved a moment later. Whose text changes in that moment would
  // find the caret where it was before, and would write on there.
  private readHands(): void {
    for (const { view } of this.editors()) (view as unknown as Observed).domObserver.flush();
  }

  private composed(): void {
    if (this.editors().some(({ view }) => view.composing)) return;
    this.provider.release();
  }
}

function deviceFor(config: Config): Device {
  try {
    if (window.indexedDB) {
      const device = new KeptOnDevice(window.indexedDB, config.user.id, config.room, config.epoch);
      return new KeptWhileAllowed(device, () => !isShared(document));
    }
  } catch {
    // forbidden in a private window
  }
  return nothingKept;
}

const place = document.querySelector<HTMLElement>("[data-live-line]");
const config = readConfig(document);
if (place && config) new Live(document, config, place);
