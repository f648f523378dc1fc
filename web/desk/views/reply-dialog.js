import { h } from "../../page/dom.js";
import { icon } from "../../page/icons.js";
import { button, modal } from "../../page/parts.js";
import { MOST, formOf, freshForm, mayChange, ownerName, whyNotSaved } from "../replies.js";
/** @import { Actions } from "../actions.js" */
/** @import { OwnerEntry, QuickReply } from "../../client/quick-replies.js" */
/** @import { RepliesDialog, ReplyForm } from "../replies.js" */
/** @import { State } from "../store.js" */

const VARIABLES = ["customer", "agent", "team", "conversation", "greeting"];

/**
 * All quick replies of this agent and its teams, or the one being written.
 *
 * @param {State} state
 * @param {RepliesDialog} dialog
 * @param {Actions} actions
 */
export function repliesDialog(state, dialog, actions) {
  const { form } = dialog;
  const writes = form?.reply === null ? "New quick reply" : "Change the quick reply";
  const title = form === null ? "Quick replies" : writes;
  return modal(
    "replies-dialog",
    title,
    actions.closeDialog,
    form === null ? list(state, dialog, actions) : writing(state, dialog, form, actions),
  );
}

/** @param {RepliesDialog} dialog */
function refusedLine({ refused }) {
  if (refused === null) return null;
  return h(
    "p",
    { key: "refused", class: "refused", role: "alert", "data-testid": "replies-refused" },
    icon("warning"),
    refused,
  );
}

/**
 * @param {State} state
 * @param {RepliesDialog} dialog
 * @param {Actions} actions
 */
function list(state, dialog, actions) {
  const { replies } = state;
  const failed = replies.failed === null ? null : `Not loaded: ${replies.failed}.`;
  return h(
    "div",
    { key: "list", class: "reply-groups" },
    refusedLine(failed === null ? dialog : { ...dialog, refused: failed }),
    replies.known ? null : h("p", { class: "soft", role: "status" }, "Loading…"),
    replies.owners.map((owner) => group(state, owner, dialog, actions)),
    h(
      "div",
      { class: "row end" },
      button({
        testid: "reply-new",
        label: "New quick reply",
        look: "primary",
        icon: "reply",
        act: () => actions.showForm(freshForm(state)),
      }),
    ),
  );
}

/**
 * @param {State} state
 * @param {OwnerEntry} entry
 * @param {RepliesDialog} dialog
 * @param {Actions} actions
 */
function group(state, { owner, may_change: may }, dialog, actions) {
  const own = state.replies.all.filter((reply) => reply.owner === owner);
  const sorted = own.toSorted((a, b) => a.title.localeCompare(b.title));
  const name = ownerName(state, owner);
  const none = may ? "None yet." : "None. Who manages the team can add some.";
  return h(
    "section",
    { key: owner, "aria-label": name, "data-testid": `replies-of-${owner}` },
    h("h3", null, name),
    sorted.length === 0 ? h("p", { class: "soft" }, none) : null,
    h(
      "ul",
      { class: "reply-rows" },
      sorted.map((reply) => row(state, reply, dialog, actions)),
    ),
  );
}

/**
 * @param {State} state
 * @param {QuickReply} reply
 * @param {RepliesDialog} dialog
 * @param {Actions} actions
 */
function row(state, reply, dialog, actions) {
  const { id, title, text, shortcut, owner } = reply;
  const may = mayChange(state, owner);
  const removing = dialog.removing === id;
  return h(
    "li",
    { key: id, class: "reply-row", "data-testid": `reply-row-${id}` },
    h(
      "div",
      { class: "grow stack" },
      h(
        "span",
        { class: "reply-head" },
        h("span", { class: "strong" }, title),
        shortcut === undefined ? null : h("span", { class: "reply-shortcut" }, `/${shortcut}`),
      ),
      h("span", { class: "soft reply-line" }, text),
    ),
    may && !removing ? changing(reply, actions) : null,
    removing ? confirmation(state, reply, actions) : null,
  );
}

/**
 * @param {QuickReply} reply
 * @param {Actions} actions
 */
function changing(reply, actions) {
  const { id, title } = reply;
  return h(
    "div",
    { key: "changing", class: "row" },
    button({
      testid: `reply-edit-${id}`,
      label: "Edit",
      describe: `Edit “${title}”`,
      act: () => actions.showForm(formOf(reply)),
    }),
    button({
      testid: `reply-remove-${id}`,
      label: "Delete…",
      describe: `Delete “${title}”`,
      act: () => actions.askToRemove(id),
    }),
  );
}

/**
 * @param {State} state
 * @param {QuickReply} reply
 * @param {Actions} actions
 */
function confirmation(state, reply, actions) {
  return h(
    "div",
    { key: "confirm", class: "row", role: "group", "aria-label": `Delete “${reply.title}”?` },
    h("span", { class: "strong" }, "Delete it?"),
    button({
      testid: "reply-keep",
      label: "Keep",
      act: () => actions.askToRemove(null),
    }),
    button({
      testid: "reply-remove",
      label: "Delete",
      look: "danger",
      busy: state.pending.includes(`remove ${reply.id}`),
      act: () => void actions.removeReply(reply),
    }),
  );
}

/**
 * @param {State} state
 * @param {RepliesDialog} dialog
 * @param {ReplyForm} form
 * @param {Actions} actions
 */
function writing(state, dialog, form, actions) {
  const blocked = whyNotSaved(form);
  const busy = state.pending.includes("save reply");
  return h(
    "form",
    {
      key: "form",
      class: "form reply-form",
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        if (blocked === null && !busy) void actions.saveReply(form);
      },
    },
    owners(state, form, actions),
    line("reply-title", "Title", form.title, MOST.title, true, (title) =>
      actions.writeReply({ title }),
    ),
    line("reply-shortcut", "Shortcut (optional)", form.shortcut, MOST.shortcut, false, (shortcut) =>
      actions.writeReply({ shortcut }),
    ),
    h("label", { for: "reply-text" }, "Text"),
    h("textarea", {
      id: "reply-text",
      class: "input",
      rows: 6,
      dir: "auto",
      "data-testid": "reply-text",
      "aria-describedby": "reply-variables",
      value: form.text,
      oninput: (/** @type {{ target: HTMLTextAreaElement }} */ { target }) =>
        actions.writeReply({ text: target.value }),
    }),
    variables(),
    refusedLine(dialog),
    h(
      "div",
      { class: "row end" },
      button({ testid: "reply-back", label: "Back", act: () => actions.showForm(null) }),
      button({
        testid: "reply-save",
        label: "Save",
        look: "primary",
        type: "submit",
        blocked,
        busy,
        act: () => {},
      }),
    ),
  );
}

/**
 * Whose a new one is to be, where there is a choice.
 *
 * @param {State} state
 * @param {ReplyForm} form
 * @param {Actions} actions
 */
function owners(state, form, actions) {
  if (form.reply !== null) {
    return h("p", { key: "owner", class: "soft" }, ownerName(state, form.owner));
  }
  const may = state.replies.owners.filter(({ may_change: may }) => may);
  if (may.length < 2) return null;
  return h(
    "label",
    { key: "owners" },
    "For",
    h(
      "select",
      {
        class: "input",
        "data-testid": "reply-owner",
        onchange: (/** @type {{ target: HTMLSelectElement }} */ { target }) =>
          actions.writeReply({ owner: /** @type {ReplyForm["owner"]} */ (target.value) }),
      },
      may.map(({ owner }) =>
        h(
          "option",
          { key: owner, value: owner, selected: owner === form.owner },
          owner.startsWith("agent:") ? "Only me" : `All of ${ownerName(state, owner)}`,
        ),
      ),
    ),
  );
}

/**
 * @param {string} id
 * @param {string} label
 * @param {string} value
 * @param {number} most
 * @param {boolean} first
 * @param {(value: string) => void} write
 */
function line(id, label, value, most, first, write) {
  return [
    h("label", { for: id }, label),
    h("input", {
      id,
      class: "input",
      "data-testid": id,
      maxlength: most,
      autocomplete: "off",
      autofocus: first,
      dir: "auto",
      value,
      oninput: (/** @type {{ target: HTMLInputElement }} */ { target }) => write(target.value),
    }),
  ];
}

/** What may stand in a text. */
function variables() {
  const names = VARIABLES.map((name, at) => [at === 0 ? "" : ", ", h("code", null, `{${name}}`)]);
  return h(
    "p",
    { id: "reply-variables", class: "soft" },
    names,
    " are filled in when you use it; ",
    h("code", null, "{{"),
    " stands for a brace.",
  );
}
