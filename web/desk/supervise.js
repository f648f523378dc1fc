/** @import { Client } from "../client/index.js" */
/** @import { Ongoing } from "../client/types.js" */
/** @import { StoreEvent, TransferDraft, TransferWay } from "./store.js" */

/**
 * What a supervisor can do at the desk, on the board and while observing.
 *
 * @param {(key: string, command: (client: Client) => Promise<unknown>) => void} run
 * @param {(event: StoreEvent) => void} dispatch
 * @param {(id: string, way: TransferWay) => void} choose lets somebody be chosen for something
 */
export function superviseActions(run, dispatch, choose) {
  const closeDialog = () => dispatch({ type: "dialog", dialog: { name: "none" } });
  return {
    openBoard: (/** @type {boolean} */ open) => dispatch({ type: "board", open }),
    moreOnBoard: () => dispatch({ type: "board_page" }),
    monitor: (/** @type {string} */ id) => run(`monitor ${id}`, (c) => c.monitor(id)),
    coach: (/** @type {string} */ id, /** @type {string} */ whom) =>
      run(`coach ${id} ${whom}`, (c) => c.coach(id, whom.slice("agent:".length))),
    barge: (/** @type {string} */ id) => run(`barge ${id}`, (c) => c.barge(id)),
    stopObserving: (/** @type {string} */ id) =>
      run(`stop_observing ${id}`, (c) => c.stopObserving(id)),
    takeOver: (/** @type {string} */ id) => run(`take_over ${id}`, (c) => c.takeOver(id)),
    forceMute: (
      /** @type {string} */ id,
      /** @type {string} */ whom,
      /** @type {boolean} */ muted,
    ) => run(`force_mute ${id} ${whom}`, (c) => c.forceMute(id, whom, muted)),
    endForAll: (/** @type {string} */ id) => {
      closeDialog();
      run(`end_for_all ${id}`, (c) => c.endForAll(id));
    },
    askEndForAll: (/** @type {string} */ id) =>
      dispatch({ type: "dialog", dialog: { name: "end_for_all", conversation: id } }),
    openOnBehalf: (/** @type {string} */ id) => choose(id, "on_behalf"),
    openListener: (/** @type {string} */ id) => choose(id, "listener"),
    // A refusal is told in the dialog, which stays as it was.
    chosen: (/** @type {TransferDraft} */ draft) => {
      dispatch({ type: "draft", change: { refused: null } });
      run(`invite ${draft.conversation}`, async (client) => {
        await send(client, draft);
        closeDialog();
      });
    },
  };
}

/**
 * @param {Client} client
 * @param {TransferDraft} draft
 */
async function send(client, { conversation, way, target, note }) {
  if (target === null) return;
  if (way === "on_behalf") await client.transferOnBehalf(conversation, target, note.trim());
  else if ("agent" in target) await client.inviteListener(conversation, target.agent, note.trim());
}

/**
 * So many pages of what may be supervised, one after the other.
 *
 * @param {Client} client
 * @param {number} pages
 */
export async function ongoingPages(client, pages) {
  /** @type {Ongoing[]} */
  const ongoing = [];
  for (let page = 0; page < pages; page++) {
    const answer = await client.ongoing(ongoing.at(-1)?.id);
    ongoing.push(...answer.ongoing);
    if (!answer.more || answer.ongoing.length === 0) return { ongoing, more: false };
  }
  return { ongoing, more: true };
}
