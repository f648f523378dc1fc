import { staged } from "../page/file-state.js";
/** @import { Chat } from "../client/index.js" */
/** @import { Staged } from "../page/file-state.js" */
/** @import { StoreEvent } from "./store.js" */

/**
 * What a customer does with files of their own.
 *
 * @param {() => Chat | undefined} chat
 * @param {() => readonly Staged[]} chosen what goes with what is being written
 * @param {(event: StoreEvent) => void} dispatch
 */
export function fileActions(chat, chosen, dispatch) {
  const upload = (/** @type {string} */ id) => chat()?.uploads.find((one) => one.id === id);
  return {
    attach: (/** @type {File[]} */ files) => {
      const present = chat();
      if (present === undefined) return;
      dispatch({ type: "attach", ...staged(chosen(), files, present) });
    },
    detach: (/** @type {string} */ id) => {
      const files = chosen().filter((one) => one.id !== id);
      dispatch({ type: "attach", files, refused: null });
    },
    prepareFiles: () => chat()?.prepareFiles(),
    cancelUpload: (/** @type {string} */ id) => upload(id)?.cancel(),
    retryUpload: (/** @type {string} */ id) => upload(id)?.retry(),
  };
}
