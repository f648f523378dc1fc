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
  // The form stays while its password is looked at, so that a wrong one is mended, not retyped.
  const elsewhere = busy && !typed(state);
  const byPassword = state.signInWay === "password";
  return h(
    "main",
    { class: "signin", "data-testid": "signin", "aria-busy": busy },
    h(
      "div",
      { class: "card signin-card" },
      h("div", { class: "brand large" }, mark(), h("span", null, "Trefoil")),
      h("h1", { tabindex: "-1", "data-focus": true }, elsewhere ? "Signing in…" : "Agent desk"),
      byPassword ? null : problem(state),
      elsewhere
        ? h("p", { class: "soft" }, "One moment.")
        : [agents(state, actions), password(state, actions), token(state, actions)],
    ),
  );
}

/**
 * Whether it is the form that somebody comes in by, and not the cookie after a reload.
 *
 * @param {State} state
 */
function typed(state) {
  return state.signInWay === "password" && state.loginDraft !== "";
}

/** @param {State} state */
function secondsToWait(state) {
  const { signInAgainAt, now } = state;
  return signInAgainAt === null ? 0 : Math.max(0, Math.ceil((signInAgainAt - now) / 1000));
}

/**
 * What went wrong, told where it went wrong.
 *
 * @param {State} state
 */
function problem(state) {
  if (state.signInError === null) return null;
  const seconds = secondsToWait(state);
  const again = seconds > 0 ? `Try again in ${seconds} s.` : "You can try again now.";
  return h(
    "div",
    { key: "problem", class: "signin-problem" },
    h("p", { class: "error", role: "alert", "data-testid": "signin-error" }, state.signInError),
    // Counts down each second: nothing to read aloud.
    state.signInAgainAt === null
      ? null
      : h("p", { class: "soft", "data-testid": "signin-again" }, again),
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
  return h(
    "section",
    { key: "agents", class: "signin-way", "aria-labelledby": "signin-agents" },
    h("h2", { id: "signin-agents" }, "Try it as a demo agent"),
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
            avatar(name, "small"),
            h(
              "span",
              { class: "stack" },
              h("span", { class: "strong" }, name),
              h("span", { class: "soft" }, teams.map(team).join(", ")),
            ),
          ),
        ),
      ),
    ),
  );
}

/**
 * The password goes from the field to the server and is kept nowhere.
 *
 * @param {State} state
 * @param {Actions} actions
 */
function password(state, actions) {
  const busy = state.session === "signing_in";
  const seconds = secondsToWait(state);
  const blocked = seconds > 0 ? `Wait for ${seconds} s` : null;
  return h(
    "form",
    {
      key: "password",
      class: "signin-way",
      "data-testid": "signin-password-form",
      onsubmit: (/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        // Read here, not as it is typed: a password manager may fill in without a word.
        const login = field(event, "login");
        const secret = field(event, "password");
        const missing = [login, secret].find(({ value }) => value.trim() === "");
        if (missing !== undefined) return missing.focus();
        if (blocked !== null || busy) return;
        // Should it be wrong, the next key begins it anew.
        secret.select();
        actions.dispatch({ type: "login_draft", text: login.value });
        actions.signInPassword(login.value.trim(), secret.value);
      },
    },
    h("h2", null, "Sign in"),
    h("label", { for: "login" }, "Login name"),
    h("input", {
      id: "login",
      name: "login",
      class: "input",
      type: "text",
      autocomplete: "username",
      autocapitalize: "none",
      spellcheck: "false",
      maxlength: 254,
      "data-testid": "signin-login",
      value: state.loginDraft,
      oninput: (/** @type {{ target: HTMLInputElement }} */ { target }) =>
        actions.dispatch({ type: "login_draft", text: target.value }),
    }),
    h("label", { for: "password" }, "Password"),
    h("input", {
      id: "password",
      name: "password",
      class: "input",
      type: "password",
      autocomplete: "current-password",
      "data-testid": "signin-password",
    }),
    state.signInWay === "password" ? problem(state) : null,
    button({
      testid: "signin-submit",
      label: busy ? "Signing in…" : "Sign in",
      look: "primary",
      type: "submit",
      blocked,
      busy,
      act: () => {},
    }),
  );
}

/**
 * @param {SubmitEvent} event
 * @param {string} name
 */
function field(event, name) {
  const form = /** @type {HTMLFormElement} */ (event.currentTarget);
  return /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
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
      key: "token",
      class: "signin-way signin-token",
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        if (text !== "") actions.signInToken(text);
      },
    },
    h("label", { for: "token" }, "Or with a token"),
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
