import { TrefoilError } from "../client/index.js";
import { sendWith, staged } from "../page/file-state.js";
import { unsentText } from "./chat-words.js";
import { composed, conversationOf, whyMute } from "./chats.js";
/** @import { Client } from "../client/index.js" */
/** @import { Audience, Message } from "../client/types.js" */
/** @import { Compose } from "./chats.js" */
/** @import { State, StoreEvent } from "./store.js" */

/**
 * @typedef {object} ChatWorld
 * @property {(conversation: string) => Promise<Message[]>} writtenIn what was said in a chat
 * @property {() => State} state as it is at the moment
 */

/**
 * What an agent does in chats. What both media share is among the other actions.
 *
 * @param {() => Client | null} client
 * @param {(key: string, command: (client: Client) => Promise<unknown>) => void} run
 * @param {(event: StoreEvent) => void} dispatch
 * @param {ChatWorld} world
 */
export function chatActions(client, run, dispatch, { writtenIn, state }) {
  const filesOf = (/** @type {string} */ id) => composed(state(), id).files ?? [];
  const chat = (/** @type {string} */ id) => client()?.chats.get(id);
  return {
    select: (/** @type {string} */ conversation) => dispatch({ type: "select", conversation }),
    compose: (/** @type {string} */ conversation, /** @type {Partial<Compose>} */ change) => {
      dispatch({ type: "compose", conversation, change });
      // A note is nobody's business but its writer's until it is sent.
      if (change.text !== undefined && change.text !== "") {
        if (change.note !== true) chat(conversation)?.tellTyping();
      }
    },
    write: (
      /** @type {string} */ conversation,
      /** @type {string} */ text,
      /** @type {Audience} */ audience,
    ) => {
      try {
        const known = chat(conversation);
        if (known === undefined) throw new TrefoilError("not_a_participant", "Not here.");
        sendWith(known, text, filesOf(conversation), audience);
        dispatch({ type: "written", conversation });
      } catch (error) {
        const code = error instanceof TrefoilError ? error.code : "unknown";
        const refused = unsentText(code, "That did not work; please try again");
        dispatch({ type: "compose", conversation, change: { refused } });
      }
    },
    attach: (/** @type {string} */ conversation, /** @type {File[]} */ files) => {
      const known = chat(conversation);
      const view = conversationOf(state(), conversation);
      const mute = view === undefined ? null : whyMute(state(), view);
      const change =
        known === undefined || mute !== null
          ? { refused: (mute ?? "This chat is over").replace(/\.$/, "") }
          : staged(filesOf(conversation), files, known);
      dispatch({ type: "compose", conversation, change });
    },
    detach: (/** @type {string} */ conversation, /** @type {string} */ id) => {
      const files = filesOf(conversation).filter((one) => one.id !== id);
      dispatch({ type: "compose", conversation, change: { files, refused: null } });
    },
    prepareFiles: (/** @type {string} */ conversation) => chat(conversation)?.prepareFiles(),
    cancelUpload: (/** @type {string} */ conversation, /** @type {string} */ id) =>
      chat(conversation)?.uploads.find((one) => one.id === id)?.cancel(),
    retryUpload: (/** @type {string} */ conversation, /** @type {string} */ id) =>
      chat(conversation)?.uploads.find((one) => one.id === id)?.retry(),
    earlier: (/** @type {string} */ id) =>
      run(`earlier ${id}`, async (present) => {
        const known = present.chats.get(id);
        if (known !== undefined) return known.earlier();
        // It is over, and its channel gives nothing of it any more.
        dispatch({ type: "history", conversation: id, messages: await writtenIn(id) });
      }),
    // A call with whom one writes with: it begins once the customer says so.
    offerCall: (/** @type {string} */ id) =>
      run(`offer_call ${id}`, (present) => present.offerCall(id)),
    withdrawCall: (/** @type {string} */ id) =>
      run(`withdraw_call ${id}`, (present) => present.withdrawCall(id)),
    // A chat to whom one talks with.
    raise: (/** @type {string} */ id) => run(`raise ${id}`, (present) => present.raise(id)),
    closeChat: (/** @type {string} */ conversation) => dispatch({ type: "close", conversation }),
    chatWith: (/** @type {string} */ agent) =>
      run(`chat_agent ${agent}`, (present) => present.callAgent(agent, "chat")),
    takeNextChat: (/** @type {string | undefined} */ team = undefined) =>
      run(`get_next_chat ${team ?? ""}`, (present) => present.getNext(team, "chat")),
  };
}
