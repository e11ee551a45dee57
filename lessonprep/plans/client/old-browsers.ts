/** What ProseMirror and TipTap call and the oldest browsers we serve (Chrome 80) do not have. */

interface Lacking {
  hasOwn?: (object: object, key: PropertyKey) => boolean;
}

(Object as Lacking).hasOwn ??= (object, key) => Object.prototype.hasOwnProperty.call(object, key);

if (!("findLast" in Array.prototype)) {
  Object.defineProperty(Array.prototype, "findLast", {
    configurable: true,
    writable: true,
    value<T>(this: T[], test: (item: T, index: number) => boolean): T | undefined {
      for (let at = this.length - 1; at >= 0; at -= 1) {
        if (test(this[at] as T, at)) return this[at];
      }
      return undefined;
    },
  });
}

export {};
