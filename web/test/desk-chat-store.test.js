import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { listed, partIn, shownChat, unreadAll, unreadIn, whyMute } from "../desk/chats.js";
import { keepDrafts, keptDrafts } from "../desk/drafts.js";
import { incomingCall, reduce, seatedCall } from "../desk/store.js";
import { pieces } from "../desk/views/messages.js";
import {
  BY_BOB,
  chatView,
  draftOf,
  inChat,
  listening,
  message,
  MUTE,
  offeredAway,
  offeredChat,
  said,
  shows,
} from "./desk-chat.js";
import { atDesk } from "./drawn.js";
import { ALICE, BOB, CAROL, ringing, seat, view } from "./story.js";
/** @import { ConversationView } from "../client/types.js" */
/** @import { State, StoreEvent } from "../desk/store.js" */

/** @param {State} state */
const ids = (state) => listed(state).map(({ id }) => id);
const early = { started_at_ms: 1_000 };

/** @param {string} text @param {"everyone" | "agents"} [audience] @returns {StoreEvent} */
function unsent(text, audience = "everyone") {
  const refused = "You no longer answer for this chat";
  return { type: "unsent", conversation: "c7", text, audience, refused };
}

/** @param {string} text @returns {StoreEvent} */
function typed(text) {
  return { type: "compose", conversation: "c7", change: { text } };
}

describe("several conversations", () => {
  test("stand in the order of what happened last", () => {
    const state = inChat(
      shows(chatView({ id: "c8", participants: [seat("customer:x2"), seat(BOB)], ...early })),
      said("c8", { messages: [message(3, "Anybody?", { at_ms: 40_000 })] }),
    );
    assert.deepEqual(ids(state), ["c8", "c7"]);
    const more = [message(1, "Hello"), message(2, "Still there?", { at_ms: 50_000 })];
    assert.deepEqual(ids(reduce(state, said("c7", { messages: more }))), ["c7", "c8"]);
    const offer = { ...offeredChat({ id: "c9" }), server_time_ms: 60_000 };
    assert.deepEqual(ids(reduce(state, shows(offer)))[0], "c9", "an offer is news as well");
  });

  test("count what was not read, each and all", () => {
    const state = inChat(
      shows(chatView({ id: "c8" })),
      said("c8", { unread: 2 }),
      said("c7", { unread: 1 }),
    );
    assert.equal(unreadIn(state, chatView({ id: "c8" })), 2);
    assert.equal(unreadAll(state), 3);
  });

  test("leave calls to be what they were", () => {
    const state = inChat(shows(offeredChat({ id: "c8" })));
    assert.equal(seatedCall(state), undefined, "a chat is no call one talks in");
    assert.equal(incomingCall(state), undefined, "nor does it ring");
    const called = reduce(state, shows(ringing()));
    assert.equal(incomingCall(called)?.id, "c1");
    assert.equal(shownChat(called)?.id, "c7", "what rings takes nobody from what is read");
    const talks = reduce(called, shows(view({ version: 2 })));
    assert.equal(talks.selected, "c1", "what one answers is on the stage");
    assert.equal(reduce(talks, { type: "select", conversation: "c7" }).selected, "c7");
  });

  test("go to the stage when one begins them, not when others do something", () => {
    const state = inChat(shows(offeredChat({ id: "c8" })));
    assert.equal(state.selected, "c7");
    const taken = reduce(state, shows(chatView({ id: "c8", version: 2 })));
    assert.equal(taken.selected, "c8");
  });

  test("tell the parts one can have in them", () => {
    const part = (/** @type {ConversationView} */ one) => partIn(atDesk(shows(one)), one);
    assert.equal(part(chatView()), "member");
    assert.equal(part(offeredChat()), "offered");
    assert.equal(part(offeredAway()), "member");
    assert.equal(part(listening()), "listener");
    const [me] = listening().observers ?? [];
    assert.ok(me);
    assert.equal(part({ ...listening(), observers: [{ ...me, mode: "monitor" }] }), "monitor");
    assert.equal(partIn(atDesk(), chatView()), "closed");
  });
});

describe("who cannot write", () => {
  test("is told who answers instead", () => {
    const state = inChat(shows(listening()), said("c7", MUTE));
    assert.equal(whyMute(state, listening()), "You are listening. Carol answers now.");
    const queued = { ...listening(), owner: { queue: "billing" } };
    assert.match(whyMute(state, queued) ?? "", /waits in the queue of Billing/);
  });

  test("has nothing to be told while it can", () => {
    assert.equal(whyMute(inChat(), chatView()), null);
    const state = inChat(said("c7", MUTE));
    assert.equal(whyMute(state, chatView()), "You no longer answer for this chat.");
  });
});

describe("what is being written", () => {
  test("is kept for each conversation", () => {
    const state = inChat(
      shows(chatView({ id: "c8" })),
      typed("half a sen"),
      { type: "select", conversation: "c8" },
      { type: "compose", conversation: "c8", change: { text: "another", note: true } },
    );
    assert.equal(draftOf(state)?.text, "half a sen");
    assert.equal(state.drafts["c8"]?.text, "another");
    assert.equal(draftOf(state)?.note, false);
  });

  test("outlives a reload, for whom it belongs to", () => {
    /** @type {string | null} */
    let kept = null;
    const storage = {
      read: () => kept,
      write: (/** @type {string} */ value) => void (kept = value),
      forget: () => void (kept = null),
    };
    keepDrafts(storage, inChat(typed("half a sen")));
    const again = inChat({ type: "drafts", drafts: keptDrafts(storage, BOB) });
    assert.equal(draftOf(again)?.text, "half a sen");
    assert.deepEqual(keptDrafts(storage, CAROL), {});
    keepDrafts(storage, inChat(typed(" ")));
    assert.equal(kept, null);
    kept = "{not ours";
    assert.deepEqual(keptDrafts(storage, BOB), {});
  });

  test("goes when it is sent", () => {
    const state = inChat(typed("done"), { type: "written", conversation: "c7" });
    assert.equal(draftOf(state)?.text, "");
  });

  test("comes back with the reason when it is refused, before what was begun since", () => {
    const state = inChat(typed("and then"), unsent("first"), unsent("second"));
    assert.equal(draftOf(state)?.text, "first\nsecond\nand then");
    assert.equal(draftOf(state)?.refused, "You no longer answer for this chat");
    const written = reduce(state, typed("first"));
    assert.equal(draftOf(written)?.refused, null, "whoever writes on has read it");
  });

  test("is never shown to a customer when it came back from a note", () => {
    assert.equal(draftOf(inChat(unsent("secret", "agents")))?.note, true);
    assert.equal(draftOf(inChat(typed("hello"), unsent("secret", "agents")))?.note, true);
    const note = inChat(typed("for us"), {
      type: "compose",
      conversation: "c7",
      change: { note: true },
    });
    assert.equal(draftOf(reduce(note, unsent("for all")))?.note, true);
    assert.equal(draftOf(inChat(unsent("for all")))?.note, false);
  });

  test("is told in full where the chat is gone from here", () => {
    const state = atDesk(unsent("nobody got this"));
    assert.match(state.toasts[0]?.text ?? "", /no longer answer.*“nobody got this”/);
  });
});

describe("a chat that is over here", () => {
  /** @type {(reason: string) => StoreEvent} */
  const gone = (reason) => ({ type: "gone", conversation: "c7", reason });

  test("stays readable until it is put away, if it was being read", () => {
    const state = inChat(shows(listening()), gone("removed"));
    assert.deepEqual(ids(state), ["c7"]);
    assert.equal(whyMute(state, listening()), "You are out of this chat. Carol answers now.");
    assert.deepEqual(state.chats["c7"]?.messages.length, 1);
    const away = reduce(state, { type: "close", conversation: "c7" });
    assert.deepEqual([ids(away), away.chats, away.selected], [[], {}, null]);
  });

  test("goes at once when one leaves it oneself", () => {
    const state = inChat(gone("left"));
    assert.deepEqual([ids(state), state.selected], [[], null]);
  });

  test("stays for what was not sent", () => {
    const state = inChat(typed("unfinished"), gone("left"));
    assert.deepEqual(ids(state), ["c7"]);
    const waits = inChat(
      said("c7", { pending: [{ id: "p", text: "on its way", audience: "everyone" }] }),
      gone("left"),
      unsent("on its way"),
    );
    assert.equal(draftOf(waits)?.text, "on its way");
  });

  test("comes back when it is shown again", () => {
    const state = inChat(gone("removed"), shows(chatView({ version: 9 })));
    assert.deepEqual(state.closed, {});
    assert.equal(partIn(state, chatView()), "member");
  });

  test("gives the stage to what there is else", () => {
    const state = inChat(shows(chatView({ id: "c8", ...early })), shows(view()), {
      type: "select",
      conversation: "c7",
    });
    assert.equal(reduce(state, gone("left")).selected, "c1", "a call first");
  });

  test("is on the stage again once the call beside it is over, of which nothing stays", () => {
    const hungUp = { reason: "customer_left", by: ALICE, at_ms: 9_000 };
    const state = inChat(shows(view()));
    assert.equal(state.selected, "c1");
    const over = [
      shows(view({ version: 2, ended: hungUp })),
      /** @type {StoreEvent} */ ({ type: "gone", conversation: "c1", reason: "ended" }),
    ].reduce(reduce, state);
    assert.deepEqual([ids(over), over.closed, over.selected], [["c7"], {}, "c7"]);
  });
});

describe("news of a chat", () => {
  test("are told in its own words, also when it is gone from here", () => {
    const ended = { kind: /** @type {const} */ ("ended"), conversation: "c7", reason: "completed" };
    const says = (/** @type {State} */ state) =>
      reduce(state, { type: "notice", notice: ended }).toasts[0]?.text;
    const gone = inChat({ type: "gone", conversation: "c7", reason: "left" });
    assert.equal(says(gone), "The chat was completed.");
    assert.equal(says(atDesk()), "The call was completed.");
  });
});

describe("who came and went", () => {
  test("stands between the messages, by its time", () => {
    const stay = { id: CAROL, name: "Carol", joined_at_ms: 2_500, ended_at_ms: 4_500 };
    const shown = chatView({ history: [{ ...stay, end: "left" }] });
    const messages = [message(1, "Hello"), message(2, "Anybody?"), message(3, "Bye")];
    const state = atDesk(shows(shown), said("c7", { messages }));
    const texts = pieces(messages, state.chronicles["c7"] ?? [], false).map((piece) =>
      "message" in piece ? piece.message.text : "line" in piece ? piece.line.text : "",
    );
    assert.deepEqual(texts, [
      "Alice began a chat with Support.",
      "Carol joined.",
      "Hello",
      "Anybody?",
      "Carol left.",
      "Bye",
      "You joined.",
    ]);
  });

  test("is not told of what lies before the messages that are here", () => {
    const lines = [{ id: 1, what: "called", at: 1_000, text: "long ago" }];
    assert.equal(pieces([message(51, "here")], lines, true).length, 1);
    assert.equal(pieces([message(51, "here")], lines, false).length, 2);
  });

  test("says of one who gave a chat away that it listens, not that it left", () => {
    const stay = { id: BOB, name: "Bob", joined_at_ms: 2_000, ended_at_ms: 10_000 };
    const after = { ...listening(), history: [{ ...stay, end: /** @type {const} */ ("left") }] };
    const state = inChat(shows(offeredAway()), shows(after));
    const texts = (state.chronicles["c7"] ?? []).map(({ text }) => text);
    assert.ok(!texts.includes("You left."));
    assert.deepEqual(texts.slice(-4), [
      "You offered it to Carol, with the note “about an invoice”",
      "Carol joined.",
      "Carol answered for it from here on.",
      "You stayed to listen.",
    ]);
  });

  test("names each who writes once for what they write together", () => {
    const all = [message(1, "a"), message(2, "b"), message(3, "c", BY_BOB), message(4, "d")];
    const firsts = pieces(all, [], false).map((piece) => "message" in piece && piece.first);
    assert.deepEqual(firsts, [true, false, true, true]);
    assert.equal(all[0]?.from?.person, ALICE);
  });
});
