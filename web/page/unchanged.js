/** @import { VNode } from "./dom.js" */

/**
 * What was drawn of each thing last: where everything is as it was it is not drawn anew, and the
 * page is not compared with it. In a long log that is all but the newest.
 */
export class Unchanged {
  /** @type {WeakMap<object, { of: readonly unknown[], drawn: VNode }>} */
  #all = new WeakMap();

  /**
   * @param {object} thing the same object for as long as it is the same thing
   * @param {readonly unknown[]} of what else the drawing is made of
   * @param {() => VNode} draw
   */
  drawn(thing, of, draw) {
    const known = this.#all.get(thing);
    if (known?.of.every((one, at) => one === of[at])) return known.drawn;
    const drawn = draw();
    this.#all.set(thing, { of, drawn });
    return drawn;
  }
}
