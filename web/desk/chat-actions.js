import { TrefoilError } from "../client/index.js";
import { unsentText } from "./chat-words.js";
/** @import { Client } from "../client/index.js" */
/** @import { Audience } from "../client/types.js" */
/** @import { Compose } from "./chats.js" */
/** @import { StoreEvent } from "./store.js" */

/**
 * What an agent does in chats. What both media share is among the other actions.
 *
 * @param {() => Client | null} client
 * @param {(key: string, command: (client: Client) => Promise<unknown>) => void} run
 * @param {(event: StoreEvent) => void} dispatch
 */
export function chatActions(client, run, dispatch) {
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
        known.send(text, { audience });
        dispatch({ type: "written", conversation });
      } catch (error) {
        const code = error instanceof TrefoilError ? error.code : "unknown";
        const refused = unsentText(code, "That did not work; please try again");
        dispatch({ type: "compose", conversation, change: { refused } });
      }
    },
    earlier: (/** @type {string} */ id) =>
      run(`earlier ${id}`, async (present) => present.chats.get(id)?.earlier()),
    // A call to whom one writes with, or a chat to whom one talks with.
    raise: (/** @type {string} */ id) => run(`raise ${id}`, (present) => present.raise(id)),
    closeChat: (/** @type {string} */ conversation) => dispatch({ type: "close", conversation }),
    chatWith: (/** @type {string} */ agent) =>
      run(`chat_agent ${agent}`, (present) => present.callAgent(agent, "chat")),
    takeNextChat: (/** @type {string | undefined} */ team = undefined) =>
      run(`get_next_chat ${team ?? ""}`, (present) => present.getNext(team, "chat")),
  };
}
