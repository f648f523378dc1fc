import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { messageLog, typingLine } from "../customer/chat-log.js";
import { news, parting, sendBlocked, standing } from "../customer/chat-state.js";
import { chatScreen } from "../customer/chat-view.js";
import { INITIAL, media, reduce } from "../customer/store.js";
import { h } from "../page/dom.js";
import { click, find, textOf } from "./drawn.js";
import { ALICE, allowed, BOB, seat, view } from "./story.js";
/** @import { ChatShot } from "../customer/chat-state.js" */
/** @import { StoreEvent } from "../customer/store.js" */
/** @import { Actions } from "../customer/view.js" */
/** @import { ConversationView, Message } from "../client/types.js" */

/**
 * Alice's view of her chat.
 *
 * @param {Partial<ConversationView>} [more]
 */
function hers(more = {}) {
  return view({ medium: "chat", you: ALICE, hearing: { source: "silence" }, ...more });
}

/** @param {Partial<ChatShot>} [more] @returns {ChatShot} */
function shot(more = {}) {
  const empty = { messages: [], more: false, pending: [], marks: {}, typing: [], unread: 0 };
  return { ...empty, uploads: [], canWrite: true, ...more };
}

/**
 * @param {number} number
 * @param {string | null} person
 * @param {string} text
 * @returns {Message}
 */
function message(number, person, text) {
  const from = person === null ? null : { person, name: person === BOB ? "Bob" : "Alice" };
  const id = person === ALICE ? `m-${number}` : null;
  return { number, id, from, audience: "everyone", at_ms: number * 1_000, text };
}

const READING = { loading: false, files: {}, actions: recorder().actions };

/** @param {...StoreEvent} events */
function inChat(...events) {
  /** @type {StoreEvent[]} */
  const before = [
    { type: "connection", state: "live" },
    { type: "chat_ready", ready: true },
    { type: "chat", view: hers(), shot: shot() },
  ];
  return [...before, ...events].reduce(reduce, INITIAL);
}

/** What is asked of the actions, written down. */
function recorder() {
  /** @type {unknown[][]} */
  const asked = [];
  const note =
    (/** @type {string} */ name) =>
    (/** @type {unknown[]} */ ...given) =>
      void asked.push([name, ...given]);
  const actions = new Proxy({}, { get: (_, name) => note(String(name)) });
  return { asked, actions: /** @type {Actions} */ (actions) };
}

/** @param {...StoreEvent} events */
function drawn(...events) {
  const state = inChat(...events);
  const { asked, actions } = recorder();
  if (state.chat === null) throw new Error("there is a chat");
  return { root: h("main", null, chatScreen(state, state.chat, actions)), asked };
}

describe("the customer's chat", () => {
  test("says how it stands", () => {
    const waiting = hers({ phase: "waiting", participants: [seat(ALICE)] });
    const away = [seat(ALICE), seat(BOB, { presence: "reconnecting" })];
    assert.equal(standing(inChat()), "answered");
    assert.equal(standing(inChat({ type: "chat", view: waiting, shot: shot() })), "waiting");
    const alone = hers({ phase: "alone", participants: away });
    assert.equal(standing(inChat({ type: "chat", view: alone, shot: shot() })), "alone");
    assert.equal(standing(inChat({ type: "connection", state: "lost" })), "reconnecting");
    assert.equal(standing(inChat({ type: "chat_ready", ready: false })), "reconnecting");
  });

  test("tells the place in the queue, in the channel's words where it has some", () => {
    const wait = { position: 3, estimated_wait_ms: 120_000, since_ms: 0 };
    const waiting = hers({ phase: "waiting", participants: [seat(ALICE)], wait });
    const shown = { type: /** @type {const} */ ("chat"), view: waiting, shot: shot() };
    const usual = textOf(find(drawn(shown).root, "chat-line"));
    assert.match(usual, /number 3 in the queue, about 2 minutes\. You can write already/);
    const texts = { waiting: "Nummer {position}" };
    const own = { type: /** @type {const} */ ("channel"), channel: { id: "shop", texts } };
    assert.equal(textOf(find(drawn(own, shown).root, "chat-line")), "Nummer 3");
  });

  test("shows own, other and automatic messages, and how far the own ones came", () => {
    const messages = [
      message(1, null, "Welcome"),
      message(2, ALICE, "one"),
      message(3, ALICE, "two"),
      message(4, ALICE, "three"),
      message(5, BOB, "Hello Alice"),
    ];
    const marks = { [BOB]: { delivered: 3, read: 2 } };
    const pending = [{ id: "m-9", text: "four" }];
    const chat = { view: hers(), shot: shot({ messages, marks, pending }), over: null };
    const root = h("main", null, messageLog(chat, READING));
    const side = (/** @type {string} */ id) => find(root, id)?.props["data-side"];
    const mark = (/** @type {string} */ id) => find(root, id)?.props["data-mark"];
    assert.deepEqual([1, 2, 5].map((n) => side(`message-${n}`)), ["automatic", "own", "other"]);
    const marked = [2, 3, 4].map((n) => mark(`message-${n}`));
    assert.deepEqual(marked, ["read", "delivered", "sent"]);
    assert.equal(mark("message-pending"), "sending");
    assert.equal(mark("message-5"), null);
    assert.match(textOf(find(root, "message-5")), /^Bob.*Hello Alice$/);
    assert.match(textOf(find(root, "message-1")), /^Automatic message/);
  });

  test("a message stays the same element from its sending on", () => {
    const pending = [{ id: "m-2", text: "a" }];
    const before = { view: hers(), shot: shot({ pending }), over: null };
    const waiting = find(h("main", null, messageLog(before, READING)), "message-pending");
    const after = { view: hers(), shot: shot({ messages: [message(2, ALICE, "a")] }), over: null };
    const there = find(h("main", null, messageLog(after, READING)), "message-2");
    assert.notEqual(waiting?.props["key"], undefined);
    assert.equal(there?.props["key"], waiting?.props["key"]);
  });

  test("shows markup as the text it is", () => {
    const text = "<img src=x onerror=alert(1)> <b>bold</b>";
    const chat = { view: hers(), shot: shot({ messages: [message(1, BOB, text)] }), over: null };
    const root = find(h("main", null, messageLog(chat, READING)), "message-1");
    assert.ok(textOf(root).endsWith(text));
    assert.equal(JSON.stringify(root).includes('"tag":"img"'), false);
  });

  test("can be heard: a log that tells what is added, a named field, a hint", () => {
    const { root } = drawn();
    const log = find(root, "chat-log")?.props;
    assert.deepEqual([log?.["role"], log?.["aria-live"]], ["log", "polite"]);
    assert.equal(find(root, "composer-text")?.props["aria-label"], "Your message");
  });

  test("Enter sends, Shift+Enter and an unfinished character do not", () => {
    const { root, asked } = drawn({ type: "compose", text: "Hello" });
    const press = (/** @type {object} */ more) => {
      const handler = find(root, "composer-text")?.props["onkeydown"];
      if (typeof handler !== "function") throw new Error("keys are heard");
      handler(/** @type {any} */ ({ key: "Enter", preventDefault() {}, ...more }));
    };
    press({ shiftKey: true });
    press({ isComposing: true });
    assert.deepEqual(asked, []);
    press({});
    assert.deepEqual(asked, [["write", "Hello"]]);
  });

  test("sends nothing that is empty or too long", () => {
    assert.match(sendBlocked(inChat({ type: "compose", text: " \n" })) ?? "", /first/);
    const long = "x".repeat(4_001);
    assert.match(sendBlocked(inChat({ type: "compose", text: long })) ?? "", /4000/);
    const wide = "\u{1F600}".repeat(4_000);
    assert.equal(sendBlocked(inChat({ type: "compose", text: wide })), null);
  });

  test("what was refused is in the draft again, in order, before what was begun", () => {
    const state = inChat(
      { type: "compose", text: "third" },
      { type: "unsent", text: "first", refused: "not_a_participant" },
      { type: "unsent", text: "second", refused: "not_a_participant" },
    );
    assert.equal(state.compose.text, "first\nsecond\nthird");
    assert.equal(state.compose.refused, "not_a_participant");
    const on = reduce(state, { type: "compose", text: "first\nsecond\nthird!" });
    assert.equal(on.compose.refused, null);
  });

  test("who types is named", () => {
    const chat = { view: hers(), shot: shot({ typing: [BOB] }), over: null };
    assert.match(textOf(typingLine(chat)), /^Bob is writing/);
  });

  test("its end says why, keeps the text, and offers to write again", () => {
    const ended = hers({ phase: "ended", ended: { reason: "idle", by: null, at_ms: 9 } });
    const gone = { type: /** @type {const} */ ("chat_gone"), reason: "ended" };
    const { root, asked } = drawn(
      { type: "compose", text: "half a sen" },
      { ...gone, view: ended, shot: shot({ messages: [message(1, BOB, "Hello")] }) },
    );
    assert.match(textOf(find(root, "chat-end")), /nobody wrote/);
    assert.ok(find(root, "message-1"), "what was said stays");
    assert.equal(find(root, "composer"), undefined);
    click(root, "write-again");
    click(root, "chat-away");
    assert.deepEqual(asked, [["writeAgain"], ["putAway"]]);
    const own = hers({ ended: { reason: "customer_left", by: ALICE, at_ms: 9 } });
    const chat = { view: own, shot: shot(), over: "customer_left" };
    assert.match(parting(chat), /You have ended/);
  });

  test("a call beside it has its own bar, and its end leaves the chat", () => {
    const call = view({ id: "c2", you: ALICE });
    const { root, asked } = drawn({ type: "leg", state: "up" }, { type: "view", view: call });
    assert.equal(find(root, "state")?.props["data-state"], "talking");
    assert.equal(find(root, "raise")?.props["aria-disabled"], "true");
    click(root, "hang-up");
    assert.deepEqual(asked, [["hangUp"]]);
    const after = inChat(
      { type: "view", view: call },
      { type: "gone", view: call, reason: "left" },
    );
    assert.equal(after.screen, "chat");
    assert.equal(after.view, null);
  });

  test("a call that is offered is answered, or declined, and takes nobody from writing", () => {
    const offered_call = { by: BOB, expires_at_ms: 60_000 };
    const view = hers({ offered_call, actions: allowed("raise", "decline") });
    const offered = { type: /** @type {const} */ ("chat"), view, shot: shot() };
    const { root, asked } = drawn({ type: "compose", text: "half a sen" }, offered);
    const prompt = textOf(find(root, "offered-call"));
    assert.match(prompt, /Bob would like to talk with you\./);
    assert.match(prompt, /Your microphone is used only if you answer\./);
    assert.equal(find(root, "composer-text")?.props["value"], "half a sen");
    assert.equal(JSON.stringify(find(root, "offered-call")).includes("data-focus"), false);
    click(root, "offered-answer");
    click(root, "offered-decline");
    assert.deepEqual(asked, [["raise"], ["declineCall"]]);
    const over = { ...offered, view: hers() };
    assert.equal(find(drawn(offered, over).root, "offered-call"), undefined);
  });

  test("a call that is offered is heard once, as it comes", () => {
    const view = hers({ offered_call: { by: BOB, expires_at_ms: 60_000 } });
    const { root } = drawn({ type: "chat", view, shot: shot() });
    const prompt = find(root, "offered-call");
    assert.equal(prompt?.props["aria-label"], "A call is offered to you");
    const alerts = (prompt?.children ?? []).filter(
      (one) => typeof one !== "string" && one.props["role"] === "alert",
    );
    assert.equal(alerts.length, 1);
  });

  test("a call that is offered waits while it is begun, and for the connection", () => {
    const view = hers({ offered_call: { by: BOB, expires_at_ms: 60_000 } });
    const offered = { type: /** @type {const} */ ("chat"), view, shot: shot() };
    const begun = drawn(offered, { type: "busy", busy: "call" });
    const lost = drawn(offered, { type: "connection", state: "lost" });
    for (const { root, asked } of [begun, lost]) {
      click(root, "offered-answer");
      click(root, "offered-decline");
      assert.deepEqual(asked, []);
    }
    const noMicrophone = drawn(
      offered,
      { type: "busy", busy: "call" },
      { type: "failed", message: "No microphone.", advice: "Plug one in." },
    );
    click(noMicrophone.root, "offered-answer");
    assert.deepEqual(noMicrophone.asked, [["raise"]], "it can be tried again");
  });

  test("a call that is offered counts as something to be looked at, until the end", () => {
    const view = hers({ offered_call: { by: BOB, expires_at_ms: 60_000 } });
    const chat = { view, shot: shot({ unread: 2 }), over: null };
    assert.equal(news(null, false), 0);
    assert.equal(news({ ...chat, view: hers() }, false), 2);
    assert.equal(news(chat, false), 3);
    assert.equal(news(chat, true), 2, "it is looked at");
    assert.equal(news({ ...chat, over: "left" }, false), 2);
    const gone = { type: /** @type {const} */ ("chat_gone"), reason: "left" };
    assert.equal(find(drawn({ ...gone, view, shot: shot() }).root, "offered-call"), undefined);
  });

  test("a call that the server would refuse says why", () => {
    const actions = [{ action: /** @type {const} */ ("raise"), enabled: false, reason: "closed" }];
    const { root } = drawn({ type: "chat", view: hers({ actions }), shot: shot() });
    assert.match(String(find(root, "raise")?.props["aria-description"]), /Closed/);
  });

  test("a failed call beside it is told there, and the chat goes on", () => {
    const { root } = drawn(
      { type: "busy", busy: "call" },
      { type: "failed", message: "No microphone.", advice: "Plug one in." },
    );
    assert.match(textOf(find(root, "call-error")), /No microphone/);
    assert.ok(find(root, "composer"));
    assert.equal(find(root, "raise")?.props["aria-disabled"], null);
  });

  test("a channel of one medium offers that one", () => {
    /** @param {"voice" | "chat"} medium */
    const by = (medium) =>
      media(inChat({ type: "channel", channel: { id: "shop", medium, texts: {} } }));
    assert.deepEqual(by("chat"), { voice: false, chat: true });
    assert.deepEqual(by("voice"), { voice: true, chat: false });
    assert.deepEqual(media(INITIAL), { voice: true, chat: true });
  });
});
