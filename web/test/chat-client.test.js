import assert from "node:assert/strict";
import { beforeEach, describe, mock, test } from "node:test";
import { FakeStorage, LIMITS, said } from "./chat-server.js";
import { FakeDevices, FakePeer, FakeSocket, settled } from "./fakes.js";
import { answered, client, lastCommand, legIsUp, shown, signedIn } from "./session.js";
import { ALICE, BOB, CAROL, ringing, seat, view } from "./story.js";
/** @import { FakeChannel } from "./fakes.js" */
/** @import { ConversationView } from "../client/types.js" */

const CUSTOMER = { person: { id: ALICE, role: "customer", name: "Alice" } };

/**
 * @param {string} id
 * @param {Partial<ConversationView>} [more]
 */
function chat(id, more = {}) {
  const write = { may_write: true, reason: null };
  return view({ id, medium: "chat", chat: write, hearing: { source: "silence" }, ...more });
}

/** The channel of the present leg. @returns {FakeChannel} */
function channel() {
  const [one] = FakePeer.last.channels;
  if (one === undefined) throw new Error("no channel was opened");
  return one;
}

/** Lets the channel of the present leg begin. */
function begins() {
  channel().says({ type: "ready", person: BOB, limits: LIMITS });
}

/** @param {string} conversation */
function follows(conversation) {
  channel().says({ type: "following", conversation, last: 0, marks: {} });
}

describe("a client that chats", () => {
  let devices = new FakeDevices();

  beforeEach(() => {
    FakeSocket.all = [];
    FakePeer.all = [];
    devices = new FakeDevices();
    mock.timers.reset();
    mock.timers.enable({ apis: ["setTimeout"] });
  });

  test("opens the channel with the leg, so that no second negotiation is needed", async () => {
    await signedIn({}, { mediaDevices: devices });
    assert.equal(channel().label, "chat");
    assert.deepEqual(channel().options, { ordered: true });
  });

  test("has several chats and a call at once, and does not mix them up", async () => {
    const bob = await signedIn({}, { mediaDevices: devices });
    begins();
    for (const id of ["c2", "c3", "c4", "c5"]) await shown(chat(id));
    await shown(view({ id: "c1" }));
    assert.deepEqual([...bob.chats.keys()], ["c2", "c3", "c4", "c5"]);
    assert.deepEqual(bob.calls.map(({ id }) => id), ["c1"]);
    assert.equal(bob.current?.id, "c1");
    const followed = channel().frames("follow").map(({ conversation }) => conversation);
    assert.deepEqual(followed, ["c2", "c3", "c4", "c5"]);
    for (const id of followed) follows(id);
    bob.chats.get("c3")?.send("for c3");
    assert.equal(channel().frames("send")[0].conversation, "c3");
    const [message] = said(ALICE, 1);
    channel().says({ type: "message", conversation: "c4", message });
    assert.deepEqual([...bob.chats.values()].map(({ unread }) => unread), [0, 0, 1, 0]);
    FakeSocket.last.says({ type: "gone", cursor: 20, conversation: "c3", reason: "removed" });
    assert.deepEqual([...bob.chats.keys()], ["c2", "c4", "c5"]);
    assert.equal(bob.current?.id, "c1", "the call goes on");
    assert.equal(bob.microphone.state, "on");
  });

  test("a customer's chat needs no microphone, and its leg goes with the chat", async () => {
    const alice = await customer();
    assert.deepEqual(devices.constraints, []);
    assert.equal(alice.leg.state, "up");
    assert.equal(FakePeer.last.track, null);
    await shown(chat("c1", { you: ALICE, version: 2, ended: { reason: "completed", at_ms: 9 } }));
    assert.equal(alice.leg.state, "off");
    assert.deepEqual(devices.constraints, []);
  });

  test("a call beside the chat puts the microphone on the leg there is", async () => {
    const alice = await customer();
    const before = FakePeer.last;
    const calling = alice.call("support");
    await settled();
    assert.deepEqual(lastCommand(), { name: "call", team: "support" });
    await answered({ conversation: "c2" });
    await shown(view({ id: "c2", you: ALICE, participants: [seat(ALICE)] }));
    assert.equal((await calling).medium, "voice");
    assert.equal(FakePeer.last, before);
    assert.equal(before.track, devices.tracks[0]);
    await shown(view({ id: "c2", you: ALICE, version: 2, ended: { reason: "left", at_ms: 9 } }));
    assert.equal(before.track, null);
    assert.equal(alice.leg.state, "up", "the chat goes on");
  });

  test("a chat that rings is read before it is taken, and taken without a microphone", async () => {
    const bob = await signedIn({}, { mediaDevices: devices });
    const asked = devices.constraints.length;
    begins();
    await shown(chat("c1", { ...ringing(), medium: "chat" }));
    assert.equal(channel().frames("follow").length, 1);
    follows("c1");
    const [message] = said(ALICE, 1);
    channel().says({ type: "message", conversation: "c1", message });
    assert.equal(bob.chats.get("c1")?.messages.length, 1);
    assert.deepEqual(channel().frames("mark"), [], "nobody sees that Bob has looked");
    const taken = bob.answer("c1");
    assert.deepEqual(lastCommand(), { name: "accept", conversation: "c1" });
    await answered();
    await taken;
    await shown(chat("c1", { version: 2 }));
    assert.equal(channel().frames("mark").length, 1);
    assert.equal(devices.constraints.length, asked);
  });

  test("who transfers a chat keeps it, and who only listens keeps the text", async () => {
    const bob = await signedIn();
    await shown(chat("c1"));
    const transfer = bob.transfer("c1", { agent: "carol" }, "invoice");
    await answered({ offer: "o1" });
    await transfer;
    const one = bob.chats.get("c1");
    assert.ok(one?.canWrite, "Bob owns it until Carol has accepted");
    const listening = { may_write: false, reason: "not_owner" };
    const observers = [observer(BOB)];
    const participants = [seat(ALICE), seat(CAROL)];
    await shown(chat("c1", { version: 2, chat: listening, participants, observers }));
    assert.equal(one?.canWrite, false);
    assert.throws(() => one?.send("too late"), { code: "not_owner" });
    assert.deepEqual(one?.pending, []);
  });

  test("names the medium in its commands", async () => {
    const bob = await signedIn();
    void bob.getNext("support", "chat").catch(() => {});
    assert.deepEqual(lastCommand(), { name: "get_next", team: "support", medium: "chat" });
    void bob.callAgent("carol", "chat").catch(() => {});
    assert.deepEqual(lastCommand(), { name: "call_agent", agent: "carol", medium: "chat" });
    void bob.setStatus("away", "break", "chat").catch(() => {});
    const away = { name: "set_status", status: "away", reason: "break", medium: "chat" };
    assert.deepEqual(lastCommand(), away);
    void bob.startChat({ channel: "shop" }).catch(() => {});
    assert.deepEqual(lastCommand(), { name: "call", channel: "shop", medium: "chat" });
    bob.close();
    await settled();
  });

  test("a refused message comes back to the page, with its conversation", async () => {
    const bob = await signedIn();
    begins();
    await shown(chat("c1"));
    follows("c1");
    /** @type {unknown[]} */
    const back = [];
    bob.on("refused", ({ conversation, text, error }) => {
      back.push([conversation, text, error.code]);
    });
    const id = bob.chats.get("c1")?.send("to Alice").id;
    const error = { code: "conversation_ended", message: "Over." };
    channel().says({ type: "refused", conversation: "c1", id, error });
    assert.deepEqual(back, [["c1", "to Alice", "conversation_ended"]]);
  });

  test("what was written to a chat that is over by now is asked for after a reload", async () => {
    const store = new FakeStorage();
    const before = await signedIn({}, { store });
    await shown(chat("c1"));
    const id = before.chats.get("c1")?.send("last words").id;
    const after = await signedIn({}, { store });
    /** @type {string[]} */
    const back = [];
    after.on("refused", ({ text }) => back.push(text));
    begins();
    assert.deepEqual(channel().frames("send"), [], "its view may still come");
    mock.timers.tick(1_000);
    assert.equal(channel().frames("send")[0].id, id);
    assert.deepEqual(channel().frames("follow"), []);
    const error = { code: "conversation_ended", message: "Over." };
    channel().says({ type: "refused", conversation: "c1", id, error });
    assert.deepEqual(back, ["last words"]);
    assert.equal(store.all.size, 0);
  });

  test("a fresh leg follows every chat again", async () => {
    await signedIn();
    begins();
    await shown(chat("c1"));
    follows("c1");
    const [message] = said(ALICE, 1);
    channel().says({ type: "message", conversation: "c1", message });
    FakePeer.last.becomes("failed");
    mock.timers.tick(200);
    await settled();
    assert.equal(FakePeer.all.length, 2);
    begins();
    assert.deepEqual(channel().frames("follow"), [
      { type: "follow", conversation: "c1", after: 1 },
    ]);
  });

  test("a chat is raised to a call, with the microphone", async () => {
    const alice = await customer();
    const raised = alice.raise("c1");
    await settled();
    assert.deepEqual(lastCommand(), { name: "raise", conversation: "c1" });
    assert.equal(FakePeer.last.track, devices.tracks[0]);
    await answered({ conversation: "c2" });
    await shown(view({ id: "c2", you: ALICE, linked: "c1" }));
    assert.equal((await raised).id, "c2");
    assert.equal(FakePeer.all.length, 1, "on the leg there is");
  });

  test("a call is offered and taken back, and no microphone is opened for it", async () => {
    const bob = await signedIn({}, { mediaDevices: devices });
    const asked = devices.constraints.length;
    await shown(chat("c1"));
    const offer = bob.offerCall("c1");
    assert.deepEqual(lastCommand(), { name: "offer_call", conversation: "c1" });
    await answered();
    await offer;
    const offered_call = { by: BOB, expires_at_ms: 60_000 };
    await shown(chat("c1", { version: 2, offered_call }));
    const back = bob.withdrawCall("c1");
    assert.deepEqual(lastCommand(), { name: "withdraw_call", conversation: "c1" });
    await answered();
    await back;
    assert.equal(devices.constraints.length, asked);
  });

  test("who declines an offered call stays in its chat", async () => {
    const alice = await customer();
    const offered_call = { by: BOB, expires_at_ms: 60_000 };
    await shown(chat("c1", { you: ALICE, version: 2, offered_call }));
    const declined = alice.declineCall("c1");
    assert.deepEqual(lastCommand(), { name: "decline", conversation: "c1" });
    await answered();
    await declined;
    assert.ok(alice.chats.get("c1")?.canWrite);
    assert.equal(alice.leg.state, "up");
    assert.deepEqual(devices.constraints, [], "nobody has asked for the microphone");
  });

  test("an agent is in the call that was offered without a ring, and is heard", async () => {
    const bob = await signedIn({}, { mediaDevices: devices });
    await shown(chat("c1", { offered_call: { by: BOB, expires_at_ms: 60_000 } }));
    await shown(view({ id: "c2", linked: "c1" }));
    await settled();
    assert.equal(bob.current?.id, "c2");
    assert.equal(bob.microphone.state, "on");
    const track = devices.tracks.at(-1);
    assert.ok(track?.enabled);
    assert.equal(FakePeer.last.track, track);
    assert.equal(FakePeer.all.length, 1, "on the leg there is");
  });

  test("a call gets its chat", async () => {
    const bob = await signedIn();
    await shown(view());
    const raised = bob.raise("c1");
    assert.deepEqual(lastCommand(), { name: "raise", conversation: "c1" });
    await answered({ conversation: "c2" });
    await shown(chat("c2", { linked: "c1" }));
    assert.equal(await raised, bob.chats.get("c2"));
  });

  test("a chat that is returned to goes on with its messages", async () => {
    const alice = await customer();
    const back = alice.reopen("c7");
    assert.deepEqual(lastCommand(), { name: "reopen", conversation: "c7" });
    await answered();
    await shown(chat("c7", { you: ALICE, phase: "waiting", participants: [seat(ALICE)] }));
    assert.equal((await back).id, "c7");
  });

  /** Alice, who has begun a chat. */
  async function customer() {
    const alice = client({ mediaDevices: devices });
    void alice.connect();
    await settled();
    FakeSocket.last.welcomes(CUSTOMER);
    await settled();
    assert.equal(alice.leg.state, "off", "nothing before the chat");
    const started = alice.startChat({ team: "support" });
    assert.deepEqual(lastCommand(), { name: "call", team: "support", medium: "chat" });
    await answered({ conversation: "c1" });
    await shown(chat("c1", { you: ALICE, phase: "waiting", participants: [seat(ALICE)] }));
    assert.equal(await started, alice.chats.get("c1"));
    await legIsUp();
    return alice;
  }
});

/** @param {string} id */
function observer(id) {
  const mode = /** @type {const} */ ("listener");
  return { id, name: id, mode, presence: /** @type {const} */ ("joined"), since_ms: 1 };
}
