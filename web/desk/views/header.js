import { h } from "../../page/dom.js";
import { icon, mark } from "../../page/icons.js";
import { avatar, button } from "../../page/parts.js";
import { agentState } from "../../page/words.js";
import { seatedCall } from "../store.js";
/** @import { State } from "../store.js" */
/** @import { Actions } from "../actions.js" */
/** @import { IconName } from "../../page/icons.js" */

/** @type {readonly (readonly [value: string, label: string])[]} */
const STATUSES = [
  ["present", "Ready for calls"],
  ["break", "On a break"],
  ["meeting", "In a meeting"],
  ["other", "Away"],
];

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
          agentState(state.desk?.you.state ?? "offline"),
        ),
      ),
    ),
    statusSelect(state, actions),
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
      blocked: seatedCall(state) === undefined ? null : "Leave the call first",
      act: actions.signOut,
    }),
  );
}

/**
 * @param {State} state
 * @param {Actions} actions
 */
function statusSelect(state, actions) {
  const you = state.desk?.you;
  const value =
    you === undefined || you.status === "present" ? "present" : (you.away_reason ?? "other");
  const known = STATUSES.some(([one]) => one === value);
  const missed = /** @type {const} */ (["missed", "Away: missed calls"]);
  const options = known ? STATUSES : [...STATUSES, value === "missed" ? missed : [value, "Away"]];
  return h(
    "label",
    { class: `status ${value === "present" ? "ready" : "away"}` },
    h("span", { class: "status-dot", "aria-hidden": "true" }),
    h("span", { class: "visually-hidden" }, "Your status"),
    h(
      "select",
      {
        "data-testid": "status",
        "data-status": you?.status,
        value,
        disabled: state.connection !== "live" || you === undefined,
        onchange: (/** @type {{ target: HTMLSelectElement }} */ { target }) =>
          target.value === "present"
            ? actions.setStatus("present")
            : actions.setStatus("away", target.value),
      },
      options.map(([one, label]) => h("option", { value: one, selected: one === value }, label)),
    ),
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
    text,
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
 * @param {string} testid
 * @param {string} text
 * @param {import("../../page/dom.js").Child} [more]
 */
function banner(testid, text, more = null) {
  const props = { key: testid, class: "banner", "data-testid": testid };
  return h("div", props, icon("warning"), h("p", null, text), more);
}
