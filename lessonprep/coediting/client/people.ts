/** Who is here (正在写的人): a circle with the first character of each name. */

import type { Awareness } from "y-protocols/awareness";

import { element } from "../../plans/client/parts";
import type { Words } from "./words";

const COLOURS = 4;
const MOST_SHOWN = 6;

/** One of four colours, the same for everybody who looks. */
export function colourOf(id = ""): string {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return `c${(sum % COLOURS) + 1}`;
}

interface Person {
  id: string;
  name: string;
}

export class People {
  constructor(
    private readonly place: HTMLElement,
    private readonly awareness: Awareness,
    private readonly me: Person,
    private readonly words: Words,
  ) {
    awareness.on("change", () => this.show());
    this.show();
  }

  private show(): void {
    const others = this.others();
    const circles = [this.circle(this.me, "c0"), ...others.slice(0, MOST_SHOWN).map((one) => this.circle(one, colourOf(one.id)))];
    if (others.length > MOST_SHOWN) circles.push(element("span", "mute", `+${others.length - MOST_SHOWN}`));
    this.place.replaceChildren(...circles);
    const names = [this.me, ...others].map(({ name }) => name).join(this.words("and"));
    this.place.setAttribute("role", "img");
    this.place.setAttribute("aria-label", this.words("here", names));
  }

  private others(): Person[] {
    const found = new Map<string, Person>();
    for (const state of this.awareness.getStates().values()) {
      const user = (state as { user?: Partial<Person> }).user;
      if (user?.id && user.name && user.id !== this.me.id) found.set(user.id, user as Person);
    }
    return [...found.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
  }

  private circle({ name }: Person, colour: string): HTMLElement {
    const circle = element("span", `who ${colour}`, [...name][0] ?? "");
    circle.title = name;
    return circle;
  }
}
