import { h } from "../../page/dom.js";
import { icon } from "../../page/icons.js";
import { button } from "../../page/parts.js";
import { clock, phaseText } from "../../page/words.js";
import { shownChat } from "../chats.js";
import { callName, observedCall, seatedCall, serverNow } from "../store.js";
import { blockedBy } from "./call.js";
/** @import { State } from "../store.js" */
/** @import { Actions } from "../actions.js" */

/**
 * The call one is in while a chat has the stage: it talks on.
 *
 * @param {State} state
 * @param {Actions} actions
 */
export function callBar(state, actions) {
  const seated = seatedCall(state);
  const view = seated ?? observedCall(state);
  if (view === undefined || shownChat(state) === undefined) return null;
  const muted = (view.participants.find(({ id }) => id === view.you)?.muted ?? null) !== null;
  const name = muted ? "unmute" : "mute";
  return h(
    "section",
    {
      key: "call-bar",
      class: "card call-bar",
      "data-testid": "call-bar",
      "aria-label": "The call you are in",
    },
    icon("phone"),
    h(
      "p",
      { class: "grow" },
      h("span", { class: "strong" }, callName(state, view)),
      h("span", { class: "soft" }, ` · ${phaseText(view)}`),
    ),
    h(
      "span",
      { class: "strong", role: "timer", "aria-label": "Time in call" },
      clock(serverNow(state) - (view.answered_at_ms ?? view.started_at_ms)),
    ),
    seated === undefined
      ? null
      : button({
          testid: "call-bar-mute",
          label: muted ? "Unmute" : "Mute",
          icon: muted ? "micOff" : "mic",
          shortcut: "M",
          pressed: muted,
          blocked: blockedBy(state, view, name),
          busy: state.pending.includes(`${name} ${view.id}`),
          act: () => actions.mute(view.id, !muted),
        }),
    button({
      testid: "call-bar-show",
      label: "Show the call",
      act: () => actions.select(view.id),
    }),
  );
}
