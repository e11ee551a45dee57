/**
 * Pictures in lesson text: the node, the way of a file into it, what can be done with one.
 *
 * The text names a picture by its uuid alone, as the server keeps it; where it is shown, its address
 * is that of the checked view, which the page brings.
 */

import { Node, type Editor } from "@tiptap/core";
import { NodeSelection } from "@tiptap/pm/state";

import { button, element } from "./parts";
import type { Server, Unsent } from "./server";
import type { TextKey, Texts } from "./texts";

const UUID = /^[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/i;
const NOBODY = "00000000-0000-0000-0000-000000000000";
export const ACCEPTED = ["image/jpeg", "image/png", "image/gif", "image/webp"];
const NAME = "picture";

export const Picture = Node.create<{ address: string }>({
  name: NAME,
  group: "inline",
  inline: true,
  draggable: true,
  addOptions: () => ({ address: "" }),
  addAttributes: () => ({
    media: { default: "", parseHTML: (image) => image.getAttribute("data-media") ?? "" },
    alt: { default: "", parseHTML: (image) => image.getAttribute("alt") ?? "" },
  }),
  parseHTML: () => [{ tag: "img[data-media]" }],
  renderHTML: ({ node }) => ["img", { "data-media": node.attrs.media as string, alt: node.attrs.alt as string }],
  renderText: ({ node }) => node.attrs.alt as string,

  addNodeView() {
    return ({ node }) => {
      const image = element("img");
      image.dataset.media = node.attrs.media as string;
      image.alt = node.attrs.alt as string;
      show(image, this.options.address);
      return { dom: image };
    };
  },
});

/** Gives the pictures within `root` the address from which they are shown. */
export function showPictures(root: ParentNode, address: string): void {
  for (const image of root.querySelectorAll<HTMLImageElement>("img[data-media]")) show(image, address);
}

function show(image: HTMLImageElement, address: string): void {
  const media = image.dataset.media ?? "";
  if (address && UUID.test(media)) image.src = address.replace(NOBODY, media);
}

/** Whether `media` in foreign HTML can be one of ours. */
export function isMedia(media: string | null): boolean {
  return media !== null && UUID.test(media);
}

/** The files of a paste or a drop that are pictures. */
export function picturesIn(data: DataTransfer | null): File[] {
  return [...(data?.files ?? [])].filter((file) => file.type.startsWith("image/"));
}

/** Word and browsers bring a picture of what was copied beside its text: then the text counts. */
export function isPictureAlone(data: DataTransfer): boolean {
  const html = new DOMParser().parseFromString(data.getData("text/html"), "text/html");
  return (html.body.textContent ?? "").trim() === "" && data.getData("text/plain").trim() === "";
}

/** The selected picture of an editor, and where it is. */
export function selected(editor: Editor): { at: number; alt: string } | null {
  const { selection } = editor.state;
  if (!(selection instanceof NodeSelection) || selection.node.type.name !== NAME) return null;
  return { at: selection.from, alt: selection.node.attrs.alt as string };
}

export function describe(editor: Editor, alt: string): void {
  const found = selected(editor);
  if (!found) return;
  const { state, view } = editor;
  const transaction = state.tr.setNodeAttribute(found.at, "alt", alt.replace(/\s+/g, " ").trim());
  view.dispatch(transaction.setSelection(NodeSelection.create(transaction.doc, found.at)));
  view.focus();
}

/** Moves the selected picture to the text before or behind the one it is in. */
export function move(editor: Editor, direction: -1 | 1, really = true): boolean {
  const found = selected(editor);
  if (!found) return false;
  const { state, view } = editor;
  const { $from, node } = state.selection as NodeSelection;
  const home = $from.before();
  const places: number[] = [];
  state.doc.descendants((block, position) => {
    if (block.isTextblock) places.push(position);
    return !block.isTextblock;
  });
  const target = places[places.indexOf(home) + direction];
  if (target === undefined) return false;
  if (!really) return true;
  const end = target + state.doc.nodeAt(target)!.nodeSize;
  const transaction = state.tr;
  let at: number;
  if ($from.parent.childCount === 1 && state.doc.resolve(target).parent === state.doc.resolve(home).parent) {
    // A picture that has its paragraph for itself takes it along.
    const paragraph = $from.parent;
    at = direction < 0 ? target : end - paragraph.nodeSize;
    transaction.delete(home, home + paragraph.nodeSize).insert(at, paragraph);
    at += 1;
  } else {
    const into = direction < 0 ? end - 1 : target + 1;
    transaction.delete(found.at, found.at + 1);
    at = transaction.mapping.map(into);
    transaction.insert(at, node);
  }
  view.dispatch(transaction.setSelection(NodeSelection.create(transaction.doc, at)).scrollIntoView());
  view.focus();
  return true;
}

/** Sends files and puts them into the text; says meanwhile what becomes of them. */
export class PictureSender {
  constructor(
    private readonly form: HTMLFormElement,
    private readonly texts: Texts,
    private readonly server: Pick<Server, "upload">,
  ) {}

  /** Whether this page takes pictures at all. */
  get isOpen(): boolean {
    return Boolean(this.form.dataset.pictures);
  }

  /** Puts `files` into the text of `editor` at a position, one after the other. */
  async put(editor: Editor, files: File[], position: number): Promise<void> {
    let at = position;
    // One may go on writing while a picture is on its way.
    const follow = ({ transaction }: { transaction: { mapping: { map(position: number): number } } }): void => {
      at = transaction.mapping.map(at);
    };
    editor.on("transaction", follow);
    for (const [number, file] of files.entries()) {
      const line = this.tell("picture_sending", file.name);
      const upload = await this.server.upload(this.form.dataset.pictures ?? "", await shrunk(file));
      line.remove();
      if ("media" in upload) at = insert(editor, upload.media, at);
      else {
        const rest = upload.again ? files.slice(number) : [];
        this.refuse(upload, editor, () => void this.put(editor, rest, at));
        if (upload.again) break;
      }
    }
    editor.off("transaction", follow);
  }

  private refuse({ reason, again }: Unsent, editor: Editor, retry: () => void): void {
    const line = this.tell("picture_failed", reason, "bad");
    const answer = (act: () => void) => () => {
      line.remove();
      editor.commands.focus(); // the pressed button is gone
      act();
    };
    if (again) line.append(" ", button(this.texts("retry"), "btn s", answer(retry)));
    line.append(" ", button(this.texts("picture_leave"), "btn s text", answer(() => undefined)));
  }

  private tell(key: TextKey, value: string, kind = "wait"): HTMLElement {
    const line = element("p", `notice ${kind}`, element("span", "", this.texts(key, value)));
    line.setAttribute("role", kind === "bad" ? "alert" : "status");
    const saving = this.form.querySelector("[data-saving]");
    (saving?.closest(".row") ?? saving ?? this.form.lastElementChild)?.before(line);
    return line;
  }
}

/** The position behind the new picture. */
function insert(editor: Editor, media: string, position: number): number {
  if (editor.isDestroyed) return position;
  const { state, view } = editor;
  const at = Math.min(Math.max(position, 0), state.doc.content.size);
  const picture = state.schema.nodes[NAME]!.create({ media });
  const transaction = state.tr;
  const $at = transaction.doc.resolve(at);
  if ($at.parent.inlineContent) transaction.insert(at, picture);
  else transaction.insert(at, state.schema.nodes.paragraph!.create(null, picture));
  view.dispatch(transaction.scrollIntoView());
  return at + ($at.parent.inlineContent ? 1 : 2);
}

const LARGE = 1_000_000; // bytes
const LONGEST = 2000; // pixels; a page shows 640, a printed one needs 1600

/** A large photo made smaller before it goes over a thin line; as it is where that does not work. */
async function shrunk(file: File): Promise<File> {
  if (file.size < LARGE || (file.type !== "image/jpeg" && file.type !== "image/png")) return file;
  try {
    const image = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
    const canvas = element("canvas");
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, file.type, 0.88));
    return blob && blob.size < file.size ? new File([blob], file.name, { type: file.type }) : file;
  } catch {
    return file;
  }
}
