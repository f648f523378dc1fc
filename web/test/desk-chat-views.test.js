import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { h } from "../page/dom.js";
import { unsentText } from "../desk/chat-words.js";
import { press } from "../desk/shortcuts.js";
import { reduce } from "../desk/store.js";
import { chatStage } from "../desk/views/chat.js";
import { offeredBars } from "../desk/views/chat-offer.js";
import { conversations, neighbour } from "../desk/views/conversations.js";
import { reachedBy } from "../desk/views/messages.js";
import {
  BY_BOB,
  BY_CAROL,
  chatView,
  inChat,
  listening,
  message,
  MUTE,
  offeredAway,
  offeredChat,
  order,
  prop,
  said,
  shows,
  words,
} from "./desk-chat.js";
import { atDesk, click, find, recorder, textOf } from "./drawn.js";
import { ALICE, allowed, BOB, CAROL, seat, view } from "./story.js";
/** @import { VNode } from "../page/dom.js" */
/** @import { ConversationView } from "../client/types.js" */
/** @import { State } from "../desk/store.js" */

/**
 * @param {State} state
 * @param {ConversationView} one
 */
function stage(state, one) {
  const { asked, actions } = recorder();
  return { asked, root: chatStage(state, one, actions) };
}

/** @param {State} state */
function list(state) {
  const { asked, actions } = recorder();
  return { asked, root: /** @type {VNode} */ (conversations(state, actions)) };
}

/**
 * @param {VNode} root
 * @param {string} testid
 * @param {Partial<KeyboardEvent> & { key: string }} event
 */
function key(root, testid, event) {
  let prevented = false;
  const handler = prop(root, testid, "onkeydown");
  assert.ok(typeof handler === "function");
  handler({ preventDefault: () => (prevented = true), shiftKey: false, ...event });
  return prevented;
}

describe("the list of conversations", () => {
  test("tells the last message, what is unread and who is in", () => {
    const { root } = list(
      inChat(said("c7", { messages: [message(1, "Hi\nthere"), message(2, "?")], unread: 2 })),
    );
    const row = /** @type {VNode} */ (find(root, "conversation-c7"));
    assert.equal(words(row, "conversation-last"), "Alice: ?");
    assert.equal(words(row, "unread"), "2 unread");
    assert.match(textOf(row), /Chat with Alice\. In it: you\. Alice: \?/);
    assert.equal(row.props["aria-selected"], "true");
  });

  test("shows a note as one, and what is not sent yet", () => {
    const note = message(2, "secret", { ...BY_CAROL, audience: "agents" });
    const noted = list(inChat(said("c7", { messages: [note] }))).root;
    assert.equal(words(noted, "conversation-last"), "Carol (note): secret");
    const pending = [{ id: "p", text: "wait", audience: /** @type {const} */ ("everyone") }];
    const waits = list(inChat(said("c7", { messages: [note], pending }))).root;
    assert.equal(words(waits, "conversation-last"), "You: wait");
  });

  test("marks an offer in both directions, and where one only listens", () => {
    const says = (/** @type {ConversationView} */ one) =>
      words(list(atDesk(shows(one))).root, `conversation-${one.id}`);
    assert.match(says(offeredChat()), /Offered to you/);
    assert.match(says(offeredAway()), /You offered it to Carol/);
    assert.match(says(listening()), /You are listening/);
    assert.doesNotMatch(says(chatView()), /ffered|listening/);
  });

  test("has calls beside chats", () => {
    const { root } = list(inChat(shows(view())));
    assert.equal(prop(root, "conversation-c1", "data-medium"), "voice");
    assert.equal(prop(root, "conversation-c7", "data-medium"), "chat");
    assert.equal(conversations(atDesk(), recorder().actions), null);
  });

  test("opens what is chosen, and is gone through with the arrows", () => {
    const { asked, root } = list(inChat(shows(chatView({ id: "c8", started_at_ms: 500 }))));
    click(root, "conversation-c8");
    assert.deepEqual(asked[0], ["select", "c8"]);
    const box = /** @type {VNode} */ (root.children[1]);
    const down = box.props["onkeydown"];
    assert.ok(typeof down === "function");
    const at = (/** @type {string} */ id) => ({ dataset: { conversation: id } });
    down({ key: "ArrowDown", target: at("c7"), preventDefault() {} });
    assert.deepEqual(asked.slice(2), [
      ["select", "c8"],
      ["focus", "[role=option][data-chosen]"],
    ]);
    assert.deepEqual(
      ["ArrowUp", "ArrowDown", "Home", "End", "x"].map((name) => neighbour(name, 1, 3)),
      [0, 2, 0, 2, null],
    );
    assert.equal(neighbour("ArrowDown", 2, 3), 2);
  });
});

describe("the messages", () => {
  const messages = [
    message(1, "Hello"),
    message(2, "It was charged twice", { ...BY_CAROL, audience: "agents" }),
    message(3, "I look", BY_BOB),
    message(4, "You are number 2.", { from: null, id: null }),
  ];

  test("stand in a log, in their order, automatic ones named so", () => {
    const { root } = stage(inChat(said("c7", { messages })), chatView());
    const log = /** @type {VNode} */ (find(root, "chat-log"));
    assert.equal(log.props["role"], "log");
    const numbers = order(log).filter((one) => one.startsWith("message-"));
    assert.deepEqual(numbers, ["message-1", "message-2", "message-3", "message-4"]);
    assert.match(words(log, "message-4"), /^Automatic message.*You are number 2/);
  });

  test("show a note by its look and in words", () => {
    const { root } = stage(inChat(said("c7", { messages })), chatView());
    const note = /** @type {VNode} */ (find(root, "message-2"));
    assert.equal(note.props["data-audience"], "agents");
    assert.match(String(note.props["class"]), /note-message/);
    assert.match(textOf(note), /Note, only colleagues read it/);
    assert.doesNotMatch(words(root, "message-1"), /Note/);
  });

  test("show markup as text", () => {
    const evil = "<img src=x onerror=alert(1)> & <b>bold</b>";
    const from = { person: ALICE, name: "<i>Alice</i>" };
    const state = inChat(said("c7", { messages: [message(1, evil, { from })] }));
    const { root } = stage(state, chatView());
    const shown = /** @type {VNode} */ (find(root, "message-1"));
    const text = shown.children.find((one) => typeof one !== "string" && one.tag === "p");
    assert.deepEqual(typeof text === "object" && text.children, [evil]);
    assert.match(textOf(shown), /<i>Alice<\/i>/);
    const tags = new Set();
    const walk = (/** @type {VNode} */ one) => {
      tags.add(one.tag);
      for (const child of one.children) if (typeof child !== "string") walk(child);
    };
    walk(root);
    assert.ok(!tags.has("img") && !tags.has("b") && !tags.has("i"), [...tags].join());
  });

  test("tell how far one's own have come", () => {
    const own = message(3, "I look", BY_BOB);
    const { participants } = chatView();
    const reached = (/** @type {any} */ marks, one = own, people = participants) =>
      reachedBy(chatView({ participants: people }), marks, one).mark;
    assert.equal(reached({}), "sent");
    assert.equal(reached({ [ALICE]: { delivered: 3, read: 2 } }), "delivered");
    assert.equal(reached({ [ALICE]: { delivered: 3, read: 3 } }), "read");
    const three = [...participants, seat(CAROL)];
    const byCarol = { [CAROL]: { delivered: 3, read: 3 } };
    assert.equal(reached(byCarol, own, three), "sent", "it is the customer's reading that counts");
    const note = message(3, "psst", { ...BY_BOB, audience: "agents" });
    assert.equal(reached({ ...byCarol }, note, three), "read", "but of a note the colleague's");
    const marks = { [ALICE]: { delivered: 3, read: 3 } };
    const state = inChat(said("c7", { messages: [own], marks }));
    assert.match(words(stage(state, chatView()).root, "message-3"), /Read by Alice/);
  });

  test("wait at the end while they are sent, and can be had from before", () => {
    const pending = [{ id: "p", text: "wait", audience: /** @type {const} */ ("agents") }];
    const state = inChat(said("c7", { messages, pending, more: true }));
    const { root, asked } = stage(state, chatView());
    assert.match(words(root, "message-pending"), /Note, only colleagues.*wait.*Sending…/);
    click(root, "earlier");
    assert.deepEqual(asked, [["earlier", "c7"]]);
    const whole = stage(inChat(said("c7", { messages })), chatView()).root;
    assert.equal(find(whole, "earlier"), undefined);
  });

  test("are told of while they are typed", () => {
    const { root } = stage(inChat(said("c7", { typing: [ALICE] })), chatView());
    assert.equal(words(root, "chat-typing"), "Alice types…");
    assert.equal(words(stage(inChat(), chatView()).root, "chat-typing"), "");
  });
});

describe("the composer", () => {
  const compose = (/** @type {object} */ change) =>
    inChat({ type: "compose", conversation: "c7", change });

  test("sends with Enter, and not with Shift+Enter or while a character is composed", () => {
    const { root, asked } = stage(compose({ text: " Hello " }), chatView());
    assert.equal(key(root, "composer-text", { key: "Enter", shiftKey: true }), false);
    assert.equal(key(root, "composer-text", { key: "Enter", isComposing: true }), false);
    assert.deepEqual(asked, []);
    assert.equal(key(root, "composer-text", { key: "Enter" }), true);
    assert.deepEqual(asked, [["write", "c7", "Hello", "everyone"]]);
  });

  test("sends nothing that is empty or too long", () => {
    for (const text of [" \n ", "x".repeat(4001)]) {
      const { root, asked } = stage(compose({ text }), chatView());
      key(root, "composer-text", { key: "Enter" });
      assert.deepEqual(asked, []);
      assert.equal(prop(root, "composer-send", "aria-disabled"), "true");
    }
    const { root } = stage(compose({ text: "😀".repeat(4000) }), chatView());
    assert.equal(prop(root, "composer-send", "aria-disabled"), null, "counted as the server does");
  });

  test("writes a note for colleagues alone, and looks like it", () => {
    const { root, asked } = stage(compose({ text: "psst", note: true }), chatView());
    assert.match(String(prop(root, "composer", "class")), /note-composer/);
    assert.equal(prop(root, "composer-note", "aria-pressed"), "true");
    assert.equal(words(root, "composer-send"), "Send note");
    key(root, "composer-text", { key: "Enter" });
    assert.deepEqual(asked, [["write", "c7", "psst", "agents"]]);
    const between = chatView({ internal: true, participants: [seat(BOB), seat(CAROL)] });
    assert.equal(find(stage(inChat(), between).root, "composer-note"), undefined);
  });

  test("is closed to a listener, who is told why and may stop", () => {
    const state = inChat(
      { type: "compose", conversation: "c7", change: { text: "too late" } },
      shows(listening()),
      said("c7", MUTE),
    );
    const { root, asked } = stage(state, listening());
    assert.equal(words(root, "composer-why"), "You are listening. Carol answers now.");
    assert.equal(prop(root, "composer-text", "readonly"), true);
    assert.equal(prop(root, "composer-text", "value"), "too late", "what was begun stays");
    assert.equal(find(root, "composer-send"), undefined);
    key(root, "composer-text", { key: "Enter" });
    click(root, "stop-listening");
    assert.deepEqual(asked, [["stopObserving", "c7"]]);
    for (const tool of ["chat-transfer-open", "chat-leave", "chat-complete", "chat-accept"]) {
      assert.equal(find(root, tool), undefined, tool);
    }
  });

  test("has back what was refused, with the reason", () => {
    const refused = unsentText("storage_unavailable");
    const audience = /** @type {const} */ ("everyone");
    const state = inChat({ type: "unsent", conversation: "c7", text: "again", audience, refused });
    const { root } = stage(state, chatView());
    assert.equal(prop(root, "composer-text", "value"), "again");
    assert.match(words(root, "composer-refused"), /^Not sent: The server could not record this/);
    assert.equal(prop(root, "composer-refused", "role"), "alert");
  });

  test("types in peace: no key of a call fires from it", () => {
    const { asked, actions } = recorder();
    const state = inChat(shows(view({ actions: allowed("mute", "leave", "complete") })));
    const target = { matches: (/** @type {string} */ what) => what.includes("textarea") };
    for (const one of ["m", "l", "c", "t", "a", "n"]) {
      press(/** @type {any} */ ({ key: one, target, preventDefault() {} }), state, actions);
    }
    assert.deepEqual(asked, []);
  });
});

describe("an offered chat", () => {
  const state = atDesk(
    shows(offeredChat()),
    said("c7", { messages: [message(1, "Hello"), message(2, "Yes?", BY_CAROL)], ...MUTE }),
  );

  test("is read whole, with accept and decline below", () => {
    const { root, asked } = stage(state, offeredChat());
    const all = order(root);
    assert.ok(all.indexOf("message-2") > 0);
    assert.ok(all.indexOf("chat-accept") > all.indexOf("message-2"));
    assert.ok(all.indexOf("chat-decline") > all.indexOf("message-2"));
    assert.equal(find(root, "composer"), undefined);
    assert.match(words(root, "decision"), /Carol offers you this chat.*about an invoice/);
    assert.equal(words(root, "chat-offer-seconds"), "42");
    click(root, "chat-accept");
    assert.deepEqual(asked, [["accept", "c7"]]);
  });

  test("is declined with a reason", () => {
    const change = { decline: " at lunch " };
    const busy = reduce(state, { type: "compose", conversation: "c7", change });
    const { root, asked } = stage(busy, offeredChat());
    click(root, "chat-decline");
    assert.deepEqual(asked, [["decline", "c7", "at lunch"]]);
  });

  test("tells of itself where another is read, and leads there", () => {
    const elsewhere = inChat(shows(offeredChat({ id: "c8" })));
    const { asked, actions } = recorder();
    const root = h("div", null, offeredBars(elsewhere, actions));
    assert.match(words(root, "offered-c8"), /Carol offers you this chat: Alice, Support/);
    click(root, "read-c8");
    assert.deepEqual(asked, [["select", "c8"]]);
    const here = h("div", null, offeredBars(state, actions));
    assert.equal(find(here, "offered-c7"), undefined, "on the stage it needs no bar");
    assert.match(textOf(here), /Carol offers you this chat/, "but is said");
  });

  test("waits for the answer where it was offered from, and can be taken back", () => {
    const { root, asked } = stage(atDesk(shows(offeredAway()), said("c7")), offeredAway());
    assert.match(words(root, "chat-offer"), /You offered the chat to Carol, no answer yet/);
    assert.match(words(root, "chat-offer"), /You answer for it until it is accepted/);
    assert.equal(prop(root, "composer-text", "readonly"), false, "the initiator writes on");
    click(root, "chat-cancel");
    assert.deepEqual(asked, [["cancel", "c7"]]);
  });
});
