import { h } from "../page/dom.js";
import { icon } from "../page/icons.js";
import { button } from "../page/parts.js";
import { refusal } from "../page/words.js";
import { raiseBlocked } from "./parts.js";
/** @import { ChatState } from "./chat-state.js" */
/** @import { State } from "./store.js" */
/** @import { Actions } from "./view.js" */

/**
 * The call that an agent offers. It is heard as it comes, and takes nobody away from where they
 * write: nothing has to be answered.
 *
 * @param {State} state
 * @param {ChatState} chat
 * @param {Actions} actions
 */
export function offeredCall(state, chat, actions) {
  const { offered_call: offered, participants } = chat.view;
  if (!offered || chat.over !== null) return null;
  const who = participants.find(({ id }) => id === offered.by)?.name ?? "Your agent";
  const busy = state.busy === "call";
  return h(
    "section",
    {
      key: "offered-call",
      class: "offered-call",
      "aria-label": "A call is offered to you",
      "data-testid": "offered-call",
    },
    h("span", { class: "offered-picture", "aria-hidden": "true" }, icon("phone")),
    h(
      "div",
      { class: "offered-words", role: "alert" },
      h("p", { class: "strong" }, `${who} would like to talk with you.`),
      h("p", { class: "soft small" }, "Your microphone is used only if you answer."),
    ),
    h(
      "div",
      { class: "offered-buttons" },
      button({
        testid: "offered-answer",
        label: "Answer",
        describe: `Answer: talk with ${who}`,
        icon: "phone",
        look: "primary",
        blocked: raiseBlocked(state, chat),
        busy,
        act: actions.raise,
      }),
      button({
        testid: "offered-decline",
        label: "Not now",
        describe: "Not now: write on",
        blocked: state.connection === "live" ? null : refusal("not_connected"),
        busy,
        act: actions.declineCall,
      }),
    ),
  );
}
