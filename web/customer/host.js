/**
 * What this page and the one it lies in tell each other: as much as a button needs to know.
 *
 * @typedef {{ trefoil: "open" | "closed", focus: boolean }} FromHost
 * @typedef {{ trefoil: "state", unread: number, active: boolean } | { trefoil: "close" }} ToHost
 */

/** The page around this one. */
export class Host {
  /** Whether this page can be seen there. */
  open = false;
  #told = "";

  /** @param {(focus: boolean) => void} changed and whether the keyboard comes along */
  constructor(changed) {
    addEventListener("message", ({ source, data }) => {
      if (source !== parent || (data?.trefoil !== "open" && data?.trefoil !== "closed")) return;
      this.open = data.trefoil === "open";
      changed(data.focus === true);
    });
    addEventListener("keydown", (event) => {
      // A dialog of this page comes first.
      if (event.defaultPrevented || document.querySelector("dialog[open]") !== null) return;
      if (event.key === "Escape") this.#post({ trefoil: "close" });
    });
    this.tell({ unread: 0, active: false });
  }

  /** @param {{ unread: number, active: boolean }} state whether a conversation goes on */
  tell({ unread, active }) {
    const told = `${unread} ${active}`;
    if (told === this.#told) return;
    this.#told = told;
    this.#post({ trefoil: "state", unread, active });
  }

  /** @param {ToHost} message */
  #post(message) {
    // To whoever embeds this page: a number and a word are no secret.
    parent.postMessage(message, "*");
  }
}
