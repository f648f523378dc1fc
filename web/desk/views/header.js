import { h } from "../../page/dom.js";
import { icon, mark } from "../../page/icons.js";
import { avatar, button } from "../../page/parts.js";
import { agentState, refusal } from "../../page/words.js";
import { seatedCall, seatedIn } from "../store.js";
import { shownChat } from "../chats.js";
import { missedMedia } from "./idle.js";
import { statusMenu } from "./status.js";
import { boardButton } from "./supervision.js";
/** @import { State } from "../store.js" */
/** @import { Actions } from "../actions.js" */
/** @import { IconName } from "../../page/icons.js" */

/**
 * @param {State} state
 * @param {Actions} actions
 */
export function header(state, actions) {
  const name = state.person?.name ?? "";
  return h(
    "header",
    { class: "topbar" },
    h("div", { class: "brand" }, mark(), h("span", { class: "brand-name" }, "Trefoil")),
    h("div", { class: "links" }, connectionLamp(state), legLamp(state)),
    h("div", { class: "spacer" }),
    h(
      "div",
      { class: "me" },
      avatar(name, "small"),
      h(
        "div",
        { class: "me-words" },
        h("span", { class: "me-name", "data-testid": "me-name" }, name),
        h(
          "span",
          { class: "soft", "data-testid": "me-state", "data-state": state.desk?.you.state },
          doing(state),
        ),
        chatLoad(state),
      ),
    ),
    boardButton(state, actions),
    statusMenu(state, actions),
    button({
      testid: "replies-all",
      label: "",
      describe: "Quick replies",
      icon: "reply",
      look: "quiet",
      act: () => actions.manageReplies(),
    }),
    button({
      testid: "help-open",
      label: "",
      describe: "Keyboard shortcuts",
      icon: "help",
      look: "quiet",
      act: () => actions.dispatch({ type: "dialog", dialog: { name: "help" } }),
    }),
    button({
      testid: "signout",
      label: "Sign out",
      describe: "Sign out",
      icon: "leave",
      look: "quiet",
      blocked: stays(state),
      act: actions.signOut,
    }),
  );
}

/**
 * Why one cannot go yet, null if one can.
 *
 * @param {State} state
 */
function stays(state) {
  if (seatedCall(state) !== undefined) return "Leave the call first";
  const chats = Object.values(state.calls).filter((view) => view.medium === "chat" && !view.ended);
  return chats.some(seatedIn) ? "Leave your chats first" : null;
}

/**
 * What this agent does, beside what it has chosen to be.
 *
 * @param {State} state
 */
function doing({ desk }) {
  const idle = desk?.you.state === "idle";
  return idle && desk.you.status === "away"
    ? "In no call"
    : agentState(desk?.you.state ?? "offline");
}

/**
 * In how many chats one is, of how many one can have.
 *
 * @param {State} state
 */
function chatLoad({ desk }) {
  const chat = desk?.you.chat;
  if (chat === undefined || chat.engaged === 0) return null;
  return h(
    "span",
    { class: "soft", "data-testid": "chat-load", "data-value": chat.engaged },
    `${chat.engaged} of ${chat.capacity} chats`,
  );
}

/** @param {State} state */
function connectionLamp(state) {
  const live = state.connection === "live";
  const text = live ? "Connected" : state.connection === "closed" ? "Signed off" : "Reconnecting…";
  return lamp("connection-state", state.connection, "link", text, live);
}

/** @param {State} state */
function legLamp(state) {
  const texts = /** @type {const} */ ({
    off: "Sound off",
    connecting: "Sound connecting…",
    up: "Sound ready",
    lost: "Sound lost, retrying…",
  });
  return lamp("leg-state", state.leg, "headset", texts[state.leg], state.leg === "up");
}

/**
 * @param {string} testid
 * @param {string} value
 * @param {IconName} picture
 * @param {string} text
 * @param {boolean} good
 */
function lamp(testid, value, picture, text, good) {
  return h(
    "span",
    { class: `lamp ${good ? "good" : "bad"}`, "data-testid": testid, "data-state": value },
    icon(good ? picture : "warning"),
    h("span", { class: "lamp-text" }, text),
  );
}

/**
 * What stands in the way of working, with what to do about it.
 *
 * @param {State} state
 * @param {Actions} actions
 */
export function banners(state, actions) {
  return h("div", { class: "banners", role: "status", "aria-live": "polite" }, [
    state.connection === "lost" || state.connection === "connecting"
      ? banner("banner-connection", "The connection to the server is lost. Coming back by itself…")
      : null,
    missed(state, actions),
    state.signInOver
      ? banner(
          "banner-sign-in",
          "Your sign-in has ended. Sign in again when your work allows: a lost connection will" +
            " not come back by itself.",
        )
      : null,
    state.microphone.state === "failed"
      ? banner(
          "banner-microphone",
          `${state.microphone.message ?? ""} ${state.microphone.advice ?? ""}`,
          button({ testid: "microphone-retry", label: "Try again", act: actions.retryMicrophone }),
        )
      : null,
    state.soundBlocked
      ? banner(
          "banner-sound",
          "The browser keeps this page silent until you click.",
          button({ testid: "sound-resume", label: "Turn sound on", act: actions.resumeSound }),
        )
      : null,
  ]);
}

/**
 * The server has set this agent away: why, and one press to be back. While nothing else is on the
 * stage, it says so itself.
 *
 * @param {State} state
 * @param {Actions} actions
 */
function missed(state, actions) {
  const [first, second] = missedMedia(state);
  if (first === undefined) return null;
  if (state.desk?.you.state === "idle" && !state.board.open && shownChat(state) === undefined) {
    return null;
  }
  const what = second !== undefined ? "calls and chats" : first === "chat" ? "chats" : "calls";
  const come = first === "chat" ? "are offered" : "ring";
  return banner(
    "banner-missed",
    `Two ${what} in a row went unanswered, so no more ${come} here.`,
    button({
      testid: "missed-back",
      label: "I am ready",
      blocked: state.connection === "live" ? null : refusal("not_connected"),
      busy: state.pending.includes("status"),
      act: () => actions.setStatus("present", undefined, second === undefined ? first : undefined),
    }),
  );
}

/**
 * @param {string} testid
 * @param {string} text
 * @param {import("../../page/dom.js").Child} [more]
 */
function banner(testid, text, more = null) {
  const props = { key: testid, class: "banner", "data-testid": testid };
  return h("div", props, icon("warning"), h("p", null, text), more);
}
