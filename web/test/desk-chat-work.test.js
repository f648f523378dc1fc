import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { h } from "../page/dom.js";
import { makeActions } from "../desk/actions.js";
import { followChats } from "../desk/chat-feed.js";
import { press } from "../desk/shortcuts.js";
import { reduce } from "../desk/store.js";
import { callBar } from "../desk/views/call-bar.js";
import { chatStage } from "../desk/views/chat.js";
import { colleagues } from "../desk/views/colleagues.js";
import { header } from "../desk/views/header.js";
import { queues } from "../desk/views/queues.js";
import { statusMenu } from "../desk/views/status.js";
import { board } from "../desk/views/supervision.js";
import { transferDialog } from "../desk/views/transfer.js";
import { LIMITS } from "./chat-server.js";
import {
  chatView,
  draftOf,
  inChat,
  message,
  MUTE,
  offeredChat,
  prop,
  said,
  shows,
  words,
} from "./desk-chat.js";
import { atDesk, click, find, recorder, textOf } from "./drawn.js";
import { FakePeer, FakeSocket } from "./fakes.js";
import { lastCommand, shown, signedIn } from "./session.js";
import { ALICE, allowed, BOB, CAROL, desk, EVE, MANAGES, ongoing, seat, view } from "./story.js";
/** @import { ChatLine, ConversationView, DeskView } from "../client/types.js" */
/** @import { State, StoreEvent, TransferDraft } from "../desk/store.js" */

/** @param {Partial<ChatLine>} [more] @returns {ChatLine} */
function line(more = {}) {
  return { status: "present", engaged: 1, capacity: 4, available: true, ...more };
}

/**
 * A desk of a server that knows chats.
 *
 * @param {Partial<ChatLine>} [mine]
 * @returns {DeskView}
 */
function chatDesk(mine = {}) {
  const { agents, teams, ...rest } = desk({ chat: line(mine) });
  const busy = line({ engaged: 4, available: false, unavailable_reason: "talking" });
  const away = line({ status: "away", available: false, unavailable_reason: "away" });
  const chats = [line(), busy, away];
  const [carol, dave] = agents;
  assert.ok(carol && dave);
  const all = [carol, dave, { ...carol, id: EVE, name: "Eve" }];
  return {
    ...rest,
    agents: all.map((one, at) => ({ ...one, chat: chats[at] ?? line() })),
    teams: teams.map((one) => ({
      ...one,
      chat: { available: 2, waiting: one.id === "support" ? 1 : 0, waiting_since_ms: null },
    })),
  };
}

/** @param {Partial<ChatLine>} [mine] @returns {StoreEvent} */
function desked(mine) {
  return { type: "desk", desk: chatDesk(mine) };
}

/** @param {State} state @param {string} one */
function pressed(state, one) {
  const { asked, actions } = recorder();
  const target = { matches: () => false };
  press(/** @type {any} */ ({ key: one, target, preventDefault() {} }), state, actions);
  return asked;
}

describe("what can be done in a chat", () => {
  /** @param {ConversationView} one @param {...StoreEvent} events */
  const stage = (one, ...events) => {
    const { asked, actions } = recorder();
    return { asked, root: chatStage(atDesk(shows(one), said("c7"), ...events), one, actions) };
  };

  test("is what the server says: leaving is there once a colleague is", () => {
    const alone = stage(chatView()).root;
    assert.equal(find(alone, "chat-leave"), undefined);
    assert.equal(words(alone, "chat-complete"), "End chat");
    const actions = allowed("leave", "complete", "invite", "transfer");
    const two = stage(
      chatView({ participants: [seat(ALICE), seat(BOB), seat(CAROL)], actions }),
    );
    click(two.root, "chat-leave");
    click(two.root, "chat-complete");
    click(two.root, "chat-transfer-open");
    assert.deepEqual(two.asked, [
      ["leave", "c7"],
      ["complete", "c7"],
      ["openTransfer", "c7", "blind"],
    ]);
  });

  test("leaves out what is no matter of a chat, and removes whom it may", () => {
    const participants = [seat(ALICE), seat(BOB), seat(CAROL)];
    const { root, asked } = stage(
      chatView({
        participants,
        actions: [
          { action: "invite_listener", enabled: false, reason: "wrong_medium" },
          { action: "remove", participant: CAROL, enabled: true },
        ],
      }),
    );
    for (const none of ["chat-invite-listener", "chat-transfer-open", `remove-${ALICE}`, "mute"]) {
      assert.equal(find(root, none), undefined, none);
    }
    click(root, `remove-${CAROL}`);
    assert.deepEqual(asked, [["remove", "c7", CAROL]]);
  });

  test("can be done by keys, for the chat on the stage", () => {
    const member = atDesk(shows(chatView()), said("c7"));
    assert.deepEqual(pressed(member, "t"), [["openTransfer", "c7", "blind"]]);
    assert.deepEqual(pressed(member, "c"), [["complete", "c7"]]);
    assert.deepEqual(pressed(member, "l"), [], "there is nobody to leave it to");
    assert.deepEqual(pressed(member, "m"), [], "nobody is muted in a chat");
    const offered = atDesk(shows(offeredChat()), said("c7"));
    assert.deepEqual(pressed(offered, "a"), [["accept", "c7"]]);
    assert.deepEqual(pressed(offered, "d"), [["decline", "c7", ""]]);
    assert.deepEqual(pressed(member, "r"), [["focus", "[data-compose]"]]);
  });

  test("leaves the keys of a call to the call", () => {
    const call = view({ actions: allowed("mute", "leave") });
    const talks = inChat(shows(call), { type: "select", conversation: "c7" });
    assert.deepEqual(pressed(talks, "m"), [["mute", "c1", true]]);
    assert.deepEqual(pressed(talks, "l"), [], "what is on the stage is left, or nothing");
    const { asked, actions } = recorder();
    const bar = h("div", null, callBar(talks, actions));
    assert.match(textOf(bar), /Alice · Connected/);
    click(bar, "call-bar-show");
    assert.deepEqual(asked, [["select", "c1"]]);
    assert.deepEqual(pressed(reduce(talks, { type: "select", conversation: "c1" }), "l"), [
      ["leave", "c1"],
    ]);
  });
});

describe("handing a chat over", () => {
  const open = chatView({ actions: allowed("invite", "transfer") });
  const state = atDesk(desked(), shows(open));
  /** @param {Partial<TransferDraft>} change */
  const dialog = (change) => {
    /** @type {TransferDraft} */
    const draft = {
      conversation: "c7",
      search: "",
      target: null,
      way: "blind",
      holdNow: false,
      stayHeld: false,
      note: "",
      refused: null,
      ...change,
    };
    const root = transferDialog(state, draft, recorder().actions);
    assert.ok(root !== null);
    return root;
  };

  test("lists those alone who are present for chats", () => {
    const root = dialog({});
    assert.match(words(root, "target-agent-carol"), /Free/);
    assert.match(words(root, "target-agent-dave"), /In 4 of 4 chats/);
    assert.equal(find(root, "target-agent-eve"), undefined);
    assert.match(words(root, "target-queue-support"), /1 waiting/);
  });

  test("is an offer, or a conference; nobody is put on hold", () => {
    const root = dialog({ target: { agent: "carol" } });
    assert.match(words(root, "way-blind"), /You answer for the chat until it is accepted/);
    assert.ok(find(root, "way-conference"));
    assert.equal(find(root, "way-consult"), undefined);
    assert.equal(find(root, "hold-now"), undefined);
    assert.equal(words(root, "transfer-submit"), "Offer to Carol");
    const queue = dialog({ target: { queue: "billing" } });
    assert.equal(words(queue, "transfer-submit"), "Put into the queue of Billing");
    assert.match(words(queue, "way-blind"), /You write on until somebody takes it/);
  });
});

describe("both media beside each other", () => {
  test("are chosen together or each alone", () => {
    const { asked, actions } = recorder();
    const chosen = (/** @type {string} */ id) => {
      const open = atDesk(desked(), { type: "menu", menu: "status" });
      click(statusMenu(open, actions), `status-${id}`);
      return asked.filter(([name]) => name === "setStatus").at(-1);
    };
    assert.deepEqual(chosen("break"), ["setStatus", "away", "break"]);
    assert.deepEqual(chosen("calls-away"), ["setStatus", "away", "other", "voice"]);
    assert.deepEqual(chosen("chats-away"), ["setStatus", "away", "other", "chat"]);
  });

  test("are told apart where they differ", () => {
    const face = (/** @type {State} */ state) => textOf(statusMenu(state, recorder().actions));
    assert.match(face(atDesk(desked())), /Ready$/);
    assert.match(face(atDesk(desked({ status: "away" }))), /Calls only$/);
    assert.match(face(atDesk()), /Ready for calls$/, "a server without chats");
  });

  test("count the chats one has of those one can have", () => {
    const root = header(inChat(desked({ engaged: 3 })), recorder().actions);
    assert.equal(words(root, "chat-load"), "3 of 4 chats");
    assert.equal(prop(root, "signout", "aria-description"), "Leave your chats first");
  });

  test("have their own queues and colleagues", () => {
    const { asked, actions } = recorder();
    const root = queues(atDesk(desked()), actions);
    assert.equal(words(root, "team-support-chat-waiting"), "1 chat waiting");
    click(root, "take-next-chat-support");
    assert.equal(find(root, "take-next-chat-billing"), undefined);
    const others = colleagues(atDesk(desked()), actions);
    click(others, `chat-${CAROL}`);
    click(others, "chat-agent:dave");
    assert.deepEqual(asked, [
      ["takeNextChat", "support"],
      ["chatWith", "carol"],
    ]);
    const full = queues(atDesk(desked({ engaged: 4 })), actions);
    assert.match(String(prop(full, "take-next-chat-support", "data-tip")), /as many as you can/);
  });
});

describe("a supervisor", () => {
  const manager = { ...desk({ id: EVE, name: "Eve", teams: [], rights: MANAGES }) };

  test("reads a chat of the board without a trace, and acts in it", () => {
    const { asked, actions } = recorder();
    const actionsHere = [
      ...allowed("monitor", "take_over", "transfer_on_behalf", "end_for_all"),
      { action: /** @type {const} */ ("barge"), enabled: false, reason: "wrong_medium" },
    ];
    const one = ongoing({ id: "c7", medium: "chat", actions: actionsHere });
    const state = atDesk(
      { type: "desk", desk: manager },
      { type: "board", open: true },
      { type: "ongoing", ongoing: [one], more: false },
    );
    const root = h("div", null, board(state, actions));
    assert.match(words(root, "board-row-c7"), /Chat · Support/);
    assert.equal(find(root, "barge"), undefined);
    assert.match(String(prop(root, "monitor", "aria-label")), /read along unnoticed/);
    click(root, "monitor");
    const observers = [
      { id: EVE, name: "Eve", mode: /** @type {const} */ ("monitor") },
    ].map((eve) => ({ ...eve, presence: /** @type {const} */ ("joined"), since_ms: 1 }));
    const seen = chatView({ you: EVE, observers, actions: actionsHere });
    const watching = [shows(seen), said("c7", { messages: [message(1, "Hello")], ...MUTE })];
    const reads = watching.reduce(reduce, state);
    assert.equal(reads.selected, "c7", "what one begins to read is on the stage");
    const stage = chatStage(reads, seen, actions);
    assert.match(words(stage, "message-1"), /Hello/);
    assert.match(words(stage, "composer-why"), /nobody in it sees you/);
    assert.equal(find(stage, "composer-text"), undefined);
    click(stage, "take-over");
    assert.deepEqual(asked, [
      ["monitor", "c7"],
      ["takeOver", "c7"],
    ]);
    const elsewhere = reduce(reads, { type: "select", conversation: "c0" });
    click(h("div", null, board(elsewhere, actions)), "show-c7");
    assert.deepEqual(asked.at(-1), ["select", "c7"]);
  });
});

describe("the desk on the SDK", () => {
  let state = atDesk();
  const dispatch = (/** @type {StoreEvent} */ event) => void (state = reduce(state, event));

  beforeEach(() => {
    FakeSocket.all = [];
    FakePeer.all = [];
    state = atDesk();
    mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  });

  afterEach(() => mock.timers.reset());

  async function working() {
    const client = await signedIn();
    let rang = 0;
    followChats(client, dispatch, () => rang++);
    const nothing = () => {};
    const door = /** @type {any} */ ({ focus: nothing, state: () => state });
    const actions = makeActions(() => client, dispatch, door);
    const [channel] = FakePeer.last.channels;
    assert.ok(channel);
    channel.says({ type: "ready", person: BOB, limits: LIMITS });
    await shown(chatView());
    channel.says({ type: "following", conversation: "c7", last: 0, marks: {} });
    const frames = (/** @type {string} */ type) => channel.frames(type);
    return { client, actions, channel, frames, rang: () => rang };
  }

  test("shows what is said, and tells of it", async () => {
    const { channel, rang } = await working();
    assert.equal(state.chatReady, true);
    channel.says({ type: "message", conversation: "c7", message: message(1, "Hello") });
    assert.equal(state.chats["c7"]?.messages[0]?.text, "Hello");
    assert.equal(state.chats["c7"]?.unread, 1);
    assert.equal(rang(), 1);
    channel.says({ type: "typing", conversation: "c7", person: ALICE });
    assert.deepEqual(state.chats["c7"]?.typing, [ALICE]);
  });

  test("sends what is written, and takes back what is refused", async () => {
    const { actions, channel, frames } = await working();
    actions.compose("c7", { text: "Good day" });
    assert.equal(frames("typing").length, 1);
    actions.write("c7", "Good day", "everyone");
    assert.equal(draftOf(state)?.text, "");
    assert.equal(state.chats["c7"]?.pending[0]?.text, "Good day");
    const [{ id, text, audience }] = frames("send");
    assert.deepEqual([text, audience], ["Good day", "everyone"]);
    const error = { code: "not_owner", message: "Somebody else answers this chat now." };
    channel.says({ type: "refused", conversation: "c7", id, error });
    assert.equal(draftOf(state)?.text, "Good day");
    assert.match(draftOf(state)?.refused ?? "", /no longer answer/);
    assert.deepEqual(state.chats["c7"]?.pending, []);
  });

  test("writes notes without telling anybody that it types", async () => {
    const { actions, frames } = await working();
    actions.compose("c7", { text: "psst", note: true });
    actions.write("c7", "psst", "agents");
    assert.deepEqual(frames("typing"), []);
    assert.equal(frames("send")[0].audience, "agents");
  });

  test("keeps the draft where the view forbids to write", async () => {
    const { actions, frames } = await working();
    actions.compose("c7", { text: "too late" });
    const chat = { may_write: false, reason: "not_owner" };
    await shown(chatView({ version: 2, chat }));
    actions.write("c7", "too late", "everyone");
    assert.deepEqual(frames("send"), []);
    assert.equal(draftOf(state)?.text, "too late");
    assert.match(draftOf(state)?.refused ?? "", /no longer answer/);
  });

  test("asks the server for chats by their medium", async () => {
    const { actions } = await working();
    actions.chatWith("carol");
    assert.deepEqual(lastCommand(), { name: "call_agent", agent: "carol", medium: "chat" });
    actions.takeNextChat("support");
    assert.deepEqual(lastCommand(), { name: "get_next", team: "support", medium: "chat" });
    actions.setStatus("away", "other", "chat");
    const away = { name: "set_status", status: "away", reason: "other", medium: "chat" };
    assert.deepEqual(lastCommand(), away);
    actions.accept("c7");
    assert.deepEqual(lastCommand(), { name: "accept", conversation: "c7" });
  });

  test("keeps what it read of a chat that is taken away", async () => {
    const { channel } = await working();
    channel.says({ type: "message", conversation: "c7", message: message(1, "Hello") });
    FakeSocket.last.says({ type: "gone", cursor: 11, conversation: "c7", reason: "removed" });
    assert.equal(state.calls["c7"], undefined);
    assert.equal(state.closed["c7"]?.why, "You are out of this chat.");
    assert.equal(state.chats["c7"]?.messages.length, 1);
  });
});
