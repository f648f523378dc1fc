/**
 * An `EventTarget` whose events carry a typed detail.
 *
 * @template {Record<string, unknown>} Events
 */
export class Emitter extends EventTarget {
  /**
   * Listens until `signal` aborts.
   *
   * @template {keyof Events & string} Name
   * @param {Name} name
   * @param {(detail: Events[Name]) => void} listener
   * @param {AbortSignal} [signal]
   */
  on(name, listener, signal) {
    /** @param {Event} event */
    const handler = (event) => listener(/** @type {CustomEvent<Events[Name]>} */ (event).detail);
    this.addEventListener(name, handler, signal === undefined ? {} : { signal });
  }

  /**
   * @template {keyof Events & string} Name
   * @param {Name} name
   * @param {Events[Name]} detail
   */
  emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
