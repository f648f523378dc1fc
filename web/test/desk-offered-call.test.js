import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { tookOffer } from "../desk/chats.js";
import { reduce } from "../desk/store.js";
import { chatStage } from "../desk/views/chat.js";
import { conversations } from "../desk/views/conversations.js";
import { toneOf } from "../page/tones.js";
import { chatView, inChat, listening, prop, shows, words } from "./desk-chat.js";
import { atDesk, click, find, recorder, textOf } from "./drawn.js";
import { ALICE, allowed, BOB, CAROL, ringing, seat, view } from "./story.js";
/** @import { ConversationView } from "../client/types.js" */
/** @import { State, StoreEvent } from "../desk/store.js" */

/** The chat in which nothing is offered yet. */
function open() {
  return chatView({ actions: allowed("offer_call", "complete") });
}

/**
 * The chat while its customer is offered a call.
 *
 * @param {Partial<ConversationView>} [more]
 */
function offered(more = {}) {
  return chatView({
    version: 2,
    offered_call: { by: BOB, expires_at_ms: 62_000 },
    actions: [
      ...allowed("withdraw_call", "complete"),
      { action: "offer_call", enabled: false, reason: "call_offered" },
    ],
    ...more,
  });
}

/** The call of that chat, in which Bob has been from its beginning. */
function taken() {
  return view({
    id: "c8",
    linked: "c7",
    started_at_ms: 30_000,
    answered_at_ms: 30_000,
    participants: [seat(ALICE), seat(BOB, { joined_at_ms: 30_000 })],
    server_time_ms: 30_000,
  });
}

/** @param {ConversationView} one @param {...StoreEvent} events */
function stage(one, ...events) {
  const { asked, actions } = recorder();
  return { asked, root: chatStage(inChat(shows(one), ...events), one, actions) };
}

/** @param {State} state */
function log(state) {
  return (state.chronicles["c7"] ?? []).map(({ text }) => text);
}

describe("an agent in a chat", () => {
  test("offers its customer a call", () => {
    const { root, asked } = stage(open());
    assert.equal(words(root, "chat-offer-call"), "Call");
    assert.equal(prop(root, "chat-offer-call", "aria-label"), "Call: offer one to Alice");
    click(root, "chat-offer-call");
    assert.deepEqual(asked, [["offerCall", "c7"]]);
    assert.equal(find(root, "chat-withdraw-call"), undefined);
    assert.equal(find(root, "chat-offered-call"), undefined);
  });

  test("is told why it cannot, and has no such button between colleagues", () => {
    const blocked = (/** @type {string} */ reason) => {
      const actions = [{ action: /** @type {const} */ ("offer_call"), enabled: false, reason }];
      return prop(stage(chatView({ actions })).root, "chat-offer-call", "aria-description");
    };
    assert.equal(blocked("customer_left"), "The customer has left");
    assert.equal(blocked("already_in_conversation"), "There is already a call");
    assert.equal(blocked("call_offered"), "A call is offered already");
    const internal = chatView({ internal: true, team: null });
    assert.equal(find(stage(internal).root, "chat-offer-call"), undefined);
    assert.equal(find(stage(internal).root, "chat-raise"), undefined);
  });

  test("sees that it waits for an answer and how long, and can take it back", () => {
    const { root, asked } = stage(offered());
    assert.equal(words(root, "chat-offer-call"), "Call");
    assert.equal(prop(root, "chat-offer-call", "aria-disabled"), "true");
    assert.match(words(root, "chat-offered-call"), /^You offered Alice a call, no answer yet/);
    assert.match(words(root, "chat-offered-call"), /Once Alice answers, you talk at once\./);
    assert.equal(words(root, "chat-offered-call-left"), "52");
    click(root, "chat-withdraw-call");
    assert.deepEqual(asked, [["withdrawCall", "c7"]]);
    const busy = stage(offered(), { type: "pending", key: "withdraw_call c7" });
    click(busy.root, "chat-withdraw-call");
    assert.deepEqual(busy.asked, [], "once is enough");
  });

  test("hears of it from where nothing stood before", () => {
    /** @param {ConversationView} one @returns {any} */
    const status = (one) =>
      stage(one).root.children.find(
        (child) => typeof child !== "string" && child.props["key"] === "offered-call",
      );
    const [before, during] = [status(open()), status(offered())];
    assert.equal(before.props["role"], "status");
    assert.equal(textOf(before), "");
    assert.equal(during.props["role"], "status");
    assert.match(textOf(during), /You offered Alice a call/);
  });

  test("sees what a colleague has offered, and takes it back as well", () => {
    const participants = [seat(ALICE), seat(BOB), seat(CAROL)];
    const hers = offered({ participants, offered_call: { by: CAROL, expires_at_ms: 62_000 } });
    const { root, asked } = stage(hers);
    assert.match(words(root, "chat-offered-call"), /^Carol offered Alice a call/);
    assert.match(words(root, "chat-offered-call"), /Carol talks at once/);
    click(root, "chat-withdraw-call");
    assert.deepEqual(asked, [["withdrawCall", "c7"]]);
  });

  test("who only listens sees it, and can do nothing about it", () => {
    const { root } = stage(
      { ...listening(), offered_call: { by: CAROL, expires_at_ms: 62_000 } },
    );
    assert.match(words(root, "chat-offered-call"), /Carol offered Alice a call/);
    assert.equal(find(root, "chat-withdraw-call"), undefined);
  });

  test("sees it in the list too, while another chat has the stage", () => {
    const { actions } = recorder();
    const state = inChat(shows(offered()), shows(chatView({ id: "c9" })));
    assert.equal(state.selected, "c9");
    const list = conversations(state, actions);
    assert.match(words(list, "conversation-c7"), /Call offered/);
    assert.doesNotMatch(words(list, "conversation-c9"), /Call offered/);
  });
});

describe("the answer to an offered call", () => {
  test("not now: the agents are told by name, in their news and in the chat", () => {
    const notice = { kind: /** @type {const} */ ("call_declined"), conversation: "c7" };
    const state = inChat(shows(offered()), { type: "notice", notice });
    const [news] = state.history;
    assert.equal(news?.text, "Alice would rather write on.");
    assert.equal(news?.tone, "warn");
    assert.equal(toneOf(notice, BOB), "failed");
    assert.deepEqual(log(state).slice(-2), [
      "You offered a call.",
      "Alice would rather write on.",
    ]);
  });

  test("none: so they are as well", () => {
    const notice = { kind: /** @type {const} */ ("call_not_answered"), conversation: "c7" };
    const state = inChat(shows(offered()), { type: "notice", notice });
    const text = "Alice has not answered the call that was offered.";
    assert.equal(state.toasts[0]?.text, text);
    assert.equal(toneOf(notice, BOB), "failed");
    assert.equal(log(state).at(-1), text);
    const gone = atDesk({ type: "notice", notice });
    assert.match(gone.toasts[0]?.text ?? "", /^The customer has not answered/);
  });

  test("yes: one talks at once, and goes on writing where one writes", () => {
    const before = inChat(
      shows(offered()),
      { type: "compose", conversation: "c7", change: { text: "half a sen" } },
    );
    assert.ok(tookOffer(before, taken()));
    const chat = chatView({ version: 3, linked: "c8", server_time_ms: 30_000 });
    // Whichever of the two comes first.
    for (const events of [[shows(chat), shows(taken())], [shows(taken()), shows(chat)]]) {
      const state = events.reduce(reduce, before);
      assert.equal(state.selected, "c7");
      assert.equal(state.toasts.at(-1)?.text, "Alice has answered: you talk with each other.");
      assert.equal(state.toasts.at(-1)?.tone, "good");
      assert.equal(state.toasts.length, 1, "told once");
      assert.equal(log(state).at(-1), "The call was answered.");
      const { root } = stage(chat);
      assert.equal(find(root, "chat-offered-call"), undefined);
    }
  });

  test("is no matter of a call that rings, is fetched, or is older than the page", () => {
    const before = inChat(shows(offered()));
    const rings = { ...ringing(), id: "c8", linked: "c7" };
    assert.equal(tookOffer(before, rings), false);
    const rang = reduce(before, shows(rings));
    assert.equal(tookOffer(rang, taken()), false, "it was answered here");
    assert.equal(reduce(rang, shows(taken())).selected, "c8");
    const later = seat(BOB, { joined_at_ms: 40_000 });
    const fetched = { ...taken(), participants: [seat(ALICE), later] };
    assert.equal(tookOffer(before, fetched), false);
    assert.equal(tookOffer(before, view()), false, "it belongs to no chat of Bob's");
    assert.equal(tookOffer({ ...before, desk: null }, taken()), false);
  });
});
