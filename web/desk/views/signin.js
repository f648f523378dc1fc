import { h } from "../../page/dom.js";
import { mark } from "../../page/icons.js";
import { avatar, button } from "../../page/parts.js";
/** @import { State } from "../store.js" */
/** @import { Actions } from "../actions.js" */

/**
 * @param {State} state
 * @param {Actions} actions
 */
export function signIn(state, actions) {
  const busy = state.session === "signing_in";
  return h(
    "main",
    { class: "signin", "data-testid": "signin", "aria-busy": busy },
    h(
      "div",
      { class: "card signin-card" },
      h("div", { class: "brand large" }, mark(), h("span", null, "Trefoil")),
      h("h1", { tabindex: "-1", "data-focus": true }, busy ? "Signing in…" : "Agent desk"),
      state.signInError === null
        ? null
        : h(
            "p",
            { class: "error", role: "alert", "data-testid": "signin-error" },
            state.signInError,
          ),
      busy
        ? h("p", { class: "soft" }, "One moment.")
        : [agents(state, actions), token(state, actions)],
    ),
  );
}

/**
 * @param {State} state
 * @param {Actions} actions
 */
function agents(state, actions) {
  const { demo } = state;
  if (demo === null || demo.agents.length === 0) return null;
  const team = (/** @type {string} */ id) => demo.teams.find((one) => one.id === id)?.name ?? id;
  return [
    h("p", { class: "soft" }, "Who are you? Choose a demo agent."),
    h(
      "ul",
      { class: "people" },
      demo.agents.map(({ id, name, teams }) =>
        h(
          "li",
          { key: id },
          h(
            "button",
            {
              type: "button",
              class: "person",
              "data-testid": `signin-agent-${id}`,
              onclick: () => actions.signInDemo(id),
            },
            avatar(name),
            h("span", { class: "person-name" }, name),
            h("span", { class: "soft" }, teams.map(team).join(", ")),
          ),
        ),
      ),
    ),
  ];
}

/**
 * @param {State} state
 * @param {Actions} actions
 */
function token(state, actions) {
  const text = state.tokenDraft.trim();
  return h(
    "form",
    {
      class: "signin-token",
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        if (text !== "") actions.signInToken(text);
      },
    },
    h("label", { for: "token" }, "Sign in with a token"),
    h(
      "div",
      { class: "row" },
      h("input", {
        id: "token",
        class: "input",
        type: "password",
        autocomplete: "off",
        "data-testid": "signin-token",
        value: state.tokenDraft,
        oninput: (/** @type {{ target: HTMLInputElement }} */ event) =>
          actions.dispatch({ type: "token_draft", text: event.target.value }),
      }),
      button({
        testid: "signin-token-submit",
        label: "Sign in",
        type: "submit",
        blocked: text === "" ? "Paste a token first" : null,
        act: () => {},
      }),
    ),
  );
}
