import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { TrefoilError } from "../client/index.js";
import { inWords, replyActions } from "../desk/reply-actions.js";
import { formOf, found, freshForm, leftOpen, whyNotSaved } from "../desk/replies.js";
import { reduce } from "../desk/store.js";
import { composer } from "../desk/views/composer.js";
import { repliesDialog } from "../desk/views/reply-dialog.js";
import { keepDrafts, keptDrafts } from "../desk/drafts.js";
import { chatView, inChat, prop } from "./desk-chat.js";
import { click, find, recorder, textOf } from "./drawn.js";
/** @import { QuickReply } from "../client/quick-replies.js" */
/** @import { Picker } from "../desk/replies.js" */
/** @import { State, StoreEvent } from "../desk/store.js" */

const OWNERS = [
  { owner: /** @type {const} */ ("agent:bob"), may_change: true },
  { owner: /** @type {const} */ ("team:support"), name: "Support", may_change: false },
  { owner: /** @type {const} */ ("team:sales"), name: "Sales", may_change: true },
];

/**
 * @param {string} id
 * @param {string} title
 * @param {Partial<QuickReply>} [more]
 * @returns {QuickReply}
 */
function reply(id, title, more = {}) {
  const kept = { version: 1, updated_at_ms: 5, updated_by: "agent:bob" };
  return { id, owner: "agent:bob", title, text: `${title}!`, ...kept, ...more };
}

const ALL = [
  reply("q1", "Refund", { shortcut: "ref", owner: "team:sales" }),
  reply("q2", "Hello", { shortcut: "hi", text: "{greeting} {customer}, {voucher}" }),
  reply("q3", "Reference", { owner: "team:support" }),
  reply("q4", "Bye", { text: "We will refund it." }),
];

/** @param {Partial<Picker>} [more] @returns {Picker} */
function picker(more = {}) {
  return { conversation: "c7", slash: false, query: "", chosen: 0, caret: [0, 0], ...more };
}

/** Bob in a chat, with the quick replies open. @param {Picker} at @param {...StoreEvent} events */
function picking(at, ...events) {
  const known = /** @type {StoreEvent} */ ({ type: "replies", owners: OWNERS, all: ALL });
  return inChat(known, { type: "pick", picker: at }, ...events);
}

/** @param {State} state @param {Picker} at */
function titles(state, at) {
  return found(state, at).map(({ title }) => title);
}

/** @param {State} state */
function drawn(state) {
  const { asked, actions } = recorder();
  return { asked, root: composer(state, chatView(), actions) };
}

/**
 * @param {ReturnType<typeof drawn>["root"]} root
 * @param {string} testid
 * @param {string} key
 */
function press(root, testid, key) {
  let prevented = false;
  const handler = prop(root, testid, "onkeydown");
  assert.ok(typeof handler === "function");
  handler({ key, preventDefault: () => (prevented = true), currentTarget: null });
  return prevented;
}

/** @param {ReturnType<typeof drawn>["root"]} root @param {string} value */
function type(root, value) {
  const handler = prop(root, "replies-search", "oninput");
  assert.ok(typeof handler === "function");
  handler({ target: { value } });
}

describe("finding a quick reply", () => {
  test("looks at shortcut, title and text, the nearest first", () => {
    const state = picking(picker());
    const asks = (/** @type {string} */ query) => titles(state, picker({ query }));
    assert.deepEqual(asks(""), ["Bye", "Hello", "Reference", "Refund"], "own, the chat's team's");
    assert.deepEqual(asks("ref"), ["Refund", "Reference", "Bye"]);
    assert.deepEqual(asks("  REFUND "), ["Refund", "Bye"]);
    assert.deepEqual(asks("nothing"), []);
  });

  test("shows what would be written, and what is left open", () => {
    const { root } = drawn(picking(picker({ query: "hi" })));
    const preview = find(root, "reply-preview");
    assert.match(textOf(preview), /^Good (morning|afternoon|evening) Alice, \{voucher\}$/);
    const marks = preview?.children.filter((one) => typeof one !== "string") ?? [];
    const kinds = marks.map((one) => typeof one !== "string" && one.props["class"]);
    assert.deepEqual(kinds, ["filled", "filled", "unfilled"]);
  });

  test("goes by the arrows, round and round, and puts in what is chosen", () => {
    const state = picking(picker({ chosen: 3 }));
    const { asked, root } = drawn(state);
    assert.equal(prop(root, "replies-search", "aria-activedescendant"), "reply-q1");
    assert.equal(prop(root, "reply-q1", "aria-selected"), "true");
    press(root, "replies-search", "ArrowDown");
    press(root, "replies-search", "ArrowUp");
    assert.deepEqual(asked.splice(0), [["chooseReply", 0], ["chooseReply", 2]]);
    press(root, "replies-search", "Enter");
    assert.deepEqual(asked, [["writeIn", "c7", { text: "Refund!", unfilled: [], caret: 7 }]]);
  });

  test("puts it in where one wrote, in place of what was marked", () => {
    const written = /** @type {StoreEvent} */ ({
      type: "compose",
      conversation: "c7",
      change: { text: "So: XX bye" },
    });
    const { asked, root } = drawn(picking(picker({ query: "refund", caret: [4, 6] }), written));
    press(root, "replies-search", "Enter");
    const put = { text: "So: Refund! bye", unfilled: [], caret: 11 };
    assert.deepEqual(asked, [["writeIn", "c7", put]]);
  });

  test("does nothing where nothing fits", () => {
    const { asked, root } = drawn(picking(picker({ query: "zzz" })));
    assert.equal(press(root, "replies-search", "Enter"), true, "it is no message to be sent");
    press(root, "replies-search", "ArrowDown");
    assert.deepEqual(asked, []);
    assert.equal(textOf(find(root, "replies-count")), "None that fits.");
  });
});

describe("the key /", () => {
  test("opens the quick replies where nothing is written, and only there", () => {
    const empty = drawn(inChat());
    assert.equal(press(empty.root, "composer-text", "/"), true);
    assert.deepEqual(empty.asked, [["openReplies", "c7", true]]);
    const begun = drawn(
      inChat({ type: "compose", conversation: "c7", change: { text: "either" } }),
    );
    assert.equal(press(begun.root, "composer-text", "/"), false);
    assert.deepEqual(begun.asked, []);
  });

  test("and a shortcut and a space put it in at once", () => {
    const state = picking(picker({ slash: true, query: "hi" }));
    const { asked, root } = drawn(state);
    type(root, "hi ");
    assert.equal(asked[0]?.[0], "writeIn");
    type(root, "ref and");
    assert.deepEqual(asked[1], ["searchReplies", "ref and"]);
    const other = drawn(picking(picker({ query: "hi" })));
    type(other.root, "hi ");
    assert.deepEqual(other.asked, [["searchReplies", "hi "]], "not in a search by the button");
  });

  test("loses nothing of what was meant as it stands", () => {
    const { asked, root } = drawn(picking(picker({ slash: true, query: "etc/hosts" })));
    press(root, "replies", "Escape");
    assert.deepEqual(asked, [["writeIn", "c7", { text: "/etc/hosts", caret: 10 }]]);
    const none = drawn(picking(picker({ slash: true })));
    press(none.root, "replies-search", "Backspace");
    assert.deepEqual(none.asked, [["writeIn", "c7", { text: "", caret: 0 }]]);
  });
});

describe("who goes elsewhere meanwhile", () => {
  const leaves = (/** @type {State} */ state) => reduce(state, { type: "picker_left" });
  const text = (/** @type {State} */ state) => state.drafts["c7"]?.text ?? "";

  test("finds what was typed behind the / where one writes", () => {
    const state = leaves(picking(picker({ slash: true, query: "etc" })));
    assert.deepEqual([state.replies.picker, text(state)], [null, "/etc"]);
    assert.equal(text(leaves(picking(picker({ query: "etc" })))), "", "not a search by the button");
  });

  test("is not told late what was another's", () => {
    const out = reduce(picking(picker()), { type: "signed_out", error: null });
    assert.equal(reduce(out, { type: "replies", owners: OWNERS, all: ALL }), out);
  });

  test("changes nothing once something was put in", () => {
    const put = picking(picker({ slash: true, query: "hi" }), { type: "pick", picker: null });
    assert.equal(leaves(put), put);
  });
});

describe("what a quick reply left open", () => {
  /** @type {StoreEvent} */
  const put = {
    type: "compose",
    conversation: "c7",
    change: { text: "Hello, {voucher}", unfilled: ["{voucher}"] },
  };

  test("is said until it is filled in or gone", () => {
    const state = inChat(put);
    assert.equal(textOf(find(drawn(state).root, "composer-left-open")), "Not filled in: {voucher}");
    const filled = reduce(state, {
      type: "compose",
      conversation: "c7",
      change: { text: "Hello, 5 €" },
    });
    assert.equal(find(drawn(filled).root, "composer-left-open"), undefined);
    const sent = reduce(state, { type: "written", conversation: "c7" });
    const again = reduce(sent, {
      type: "compose",
      conversation: "c7",
      change: { text: "{voucher}" },
    });
    assert.deepEqual(leftOpen(again, "c7"), [], "what one wrote oneself is meant");
  });

  test("outlives a reload", () => {
    let kept = "";
    const store = {
      read: () => kept,
      write: (/** @type {string} */ value) => void (kept = value),
      forget: () => {},
    };
    keepDrafts(store, inChat(put));
    assert.deepEqual(keptDrafts(store, "agent:bob")["c7"]?.unfilled, ["{voucher}"]);
  });
});

describe("writing a quick reply", () => {
  test("says why it cannot be saved", () => {
    const form = { ...freshForm(inChat(), "Hi"), title: "T" };
    assert.equal(form.owner, "agent:bob");
    assert.equal(whyNotSaved(form), null);
    assert.equal(whyNotSaved({ ...form, title: " " }), "Give it a title");
    assert.equal(whyNotSaved({ ...form, title: "😀".repeat(60) }), null, "as the server counts");
    assert.match(whyNotSaved({ ...form, title: "x".repeat(61) }) ?? "", /at most 60/);
    assert.equal(whyNotSaved({ ...form, text: "" }), "Write its text");
    assert.match(whyNotSaved({ ...form, text: "x".repeat(4001) }) ?? "", /at most 4000/);
    assert.match(whyNotSaved({ ...form, shortcut: "Ä" }) ?? "", /small letters/);
  });

  test("changes those one may, of oneself and of teams one manages", () => {
    const state = picking(picker());
    const { asked, actions } = recorder();
    const list = { name: /** @type {const} */ ("replies"), form: null, removing: null };
    const root = repliesDialog(state, { ...list, refused: null }, actions);
    const may = ALL.filter(({ id }) => find(root, `reply-edit-${id}`) !== undefined);
    assert.deepEqual(
      may.map(({ id }) => id),
      ["q1", "q2", "q4"],
    );
    click(root, "reply-remove-q4");
    assert.deepEqual(asked, [["askToRemove", "q4"]]);
    const sure = repliesDialog(state, { ...list, removing: "q4", refused: null }, actions);
    click(sure, "reply-remove");
    assert.deepEqual(asked[1], ["removeReply", ALL[3]]);
  });

  test("shows markup as the text it is", () => {
    const all = [reply("q9", "<b>x</b>", { text: "<img src=x onerror=alert(1)>" })];
    const state = inChat(
      { type: "replies", owners: OWNERS, all },
      { type: "pick", picker: picker() },
    );
    assert.match(textOf(find(drawn(state).root, "reply-preview")), /^<img src=x/);
  });

  test("has every refusal in words", () => {
    const refused = (/** @type {string} */ code, extra = {}) =>
      inWords(new TrefoilError(code, "Said by the server.", extra));
    assert.equal(
      refused("shortcut_taken", { shortcut: "hi", by: "Hello" }),
      "/hi stands for “Hello” already",
    );
    assert.equal(refused("too_many", { max: 200 }), "there can be 200 at most");
    const problems = [{ field: "title", message: "must not be empty" }];
    assert.equal(refused("invalid", { problems }), "The title must not be empty");
    assert.equal(refused("not_connected"), "No connection to the server");
    assert.equal(refused("never_heard_of"), "Said by the server");
    assert.equal(inWords(new Error("x")), "please try again");
  });
});

/** A desk whose quick replies are kept by a server that does as it is told. */
function house() {
  let state = picking(picker());
  /** @type {string[]} */
  const focused = [];
  /** @type {Error | null} */
  let failure = null;
  let all = ALL;
  const dispatch = (/** @type {StoreEvent} */ event) => void (state = reduce(state, event));
  const act = async () => {
    if (failure !== null) throw failure;
    return ALL[0] ?? assert.fail();
  };
  const actions = replyActions(dispatch, {
    replies: {
      list: async () => ({ owners: OWNERS, replies: [...all] }),
      add: act,
      change: act,
      remove: async () => void (await act()),
    },
    caret: () => [1, 2],
    focus: (selector) => void focused.push(selector),
  });
  return {
    actions,
    focused,
    state: () => state,
    fails: (/** @type {string} */ code) => (failure = new TrefoilError(code, "No.")),
    keeps: (/** @type {QuickReply[]} */ kept) => (all = kept),
    dialog: () => (state.dialog.name === "replies" ? state.dialog : assert.fail("it is open")),
  };
}

describe("what others do to quick replies meanwhile", () => {
  test("is seen each time they are opened", async () => {
    const { actions, state, keeps, focused } = house();
    keeps([reply("q5", "Fresh")]);
    actions.openReplies("c7");
    await Promise.resolve();
    await Promise.resolve();
    assert.deepEqual(titles(state(), picker()), ["Fresh"]);
    assert.deepEqual(state().replies.picker?.caret, [1, 2]);
    assert.deepEqual(focused, ["[data-reply-search]"]);
  });

  test("is told to who would have written over it, who may then do so knowingly", async () => {
    const { actions, fails, keeps, dialog } = house();
    const [mine] = ALL.filter(({ id }) => id === "q4");
    assert.ok(mine !== undefined);
    actions.manageReplies({ ...formOf(mine), text: "Mine" });
    fails("changed_meanwhile");
    keeps([{ ...mine, text: "Theirs", version: 5 }]);
    await actions.saveReply(dialog().form ?? assert.fail());
    assert.match(dialog().refused ?? "", /It says now: “Theirs”/);
    assert.deepEqual([dialog().form?.reply?.version, dialog().form?.text], [5, "Mine"]);
    fails("unknown_quick_reply");
    keeps([]);
    await actions.saveReply(dialog().form ?? assert.fail());
    assert.match(dialog().refused ?? "", /deleted it meanwhile/);
    assert.equal(dialog().form?.reply, null, "it can be kept as a new one");
  });

  test("leaves a form that was saved, and keeps one that was not", async () => {
    const { actions, fails, dialog, state } = house();
    actions.manageReplies({ ...freshForm(state(), "Text"), title: "T" });
    fails("storage_full");
    await actions.saveReply(dialog().form ?? assert.fail());
    assert.equal(dialog().form?.text, "Text");
    assert.match(dialog().refused ?? "", /^Not done: /);
    assert.deepEqual(state().pending, []);
  });
});
