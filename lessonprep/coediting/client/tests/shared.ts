/** Texts of a shared document for tests: made, joined, read. To be imported after the page. */

import { Editor, type Extensions } from "@tiptap/core";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";

import { Together } from "../binding";
import { sharedExtensions } from "../schema";

export function paragraph(words: string, attributes: Record<string, object> = {}): Y.XmlElement {
  const made = new Y.XmlElement("paragraph");
  const text = new Y.XmlText();
  made.insert(0, [text]);
  text.insert(0, words, attributes);
  return made;
}

export function documentWith(...children: Y.XmlElement[]): { doc: Y.Doc; fragment: Y.XmlFragment } {
  const doc = new Y.Doc();
  const fragment = doc.getXmlFragment("text");
  fragment.insert(0, children);
  return { doc, fragment };
}

export function editorOn(fragment: Y.XmlFragment, more: Extensions = []): Editor {
  const awareness = new Awareness(fragment.doc as Y.Doc);
  (awareness as unknown as { _checkInterval: NodeJS.Timeout })._checkInterval.unref();
  const element = document.createElement("div");
  document.body.append(element);
  return new Editor({
    element,
    extensions: [...sharedExtensions(), Together.configure({ fragment, awareness }), ...more],
    injectCSS: false,
  });
}

/** Both have what the other has. */
export function join(one: Y.Doc, other: Y.Doc): void {
  Y.applyUpdate(other, Y.encodeStateAsUpdate(one), "remote");
  Y.applyUpdate(one, Y.encodeStateAsUpdate(other), "remote");
}
