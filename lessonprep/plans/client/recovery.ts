/** The offer to put back what an earlier visit left unsaved on this device. */

import type { Found } from "./drafts";
import { button, element } from "./parts";
import type { Texts } from "./texts";

export interface RecoveryEvents {
  show(found: Found): HTMLElement;
  restore(found: Found): void;
  discard(found: Found): void;
}

export function offer(form: HTMLFormElement, found: Found, texts: Texts, events: RecoveryEvents): void {
  const when = new Intl.DateTimeFormat(document.documentElement.lang || undefined, {
    month: "numeric",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  }).format(found.draft.at);
  const box = element("div", "notice wait draft");
  box.setAttribute("role", "region");
  const words = element("p", "", texts("draft_found", when));
  box.setAttribute("aria-label", words.textContent ?? "");
  const details = element("details", "", element("summary", "", texts("draft_show")), events.show(found));
  const choose = (action: (found: Found) => void) => () => {
    box.remove();
    action(found);
  };
  box.append(
    words,
    button(texts("draft_restore"), "btn s", choose((one) => events.restore(one))),
    button(texts("draft_discard"), "btn s text", choose((one) => events.discard(one))),
    details,
  );
  form.before(box);
}
