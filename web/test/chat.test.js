import assert from "node:assert/strict";
import { beforeEach, describe, mock, test } from "node:test";
import { ChatChannel } from "../client/chat-channel.js";
import { ChatServer, FakeStorage, live, NO_LEG, randomOf, said } from "./chat-server.js";
import { ALICE, BOB } from "./story.js";
/** @import { Message } from "../client/types.js" */

/**
 * A page of somebody who takes part in the conversation, before it has a channel.
 *
 * @param {string} person
 * @param {FakeStorage} [store]
 */
function page(person, store = new FakeStorage()) {
  const channel = new ChatChannel(NO_LEG, store);
  channel.begin({ id: person, name: person, role: "customer" });
  const thread = channel.thread("c1");
  thread.want(true);
  return { channel, thread, store, server: new ChatServer() };
}

/** @param {readonly Message[]} messages */
const texts = (messages) => messages.map(({ text }) => text);

/** @param {readonly Message[]} messages */
const numbers = (messages) => messages.map(({ number }) => number);

describe("a chat's messages", () => {
  beforeEach(() => {
    mock.timers.reset();
    mock.timers.enable({ apis: ["setTimeout", "Date"] });
  });

  test("go out when the channel is there, and are settled by the acknowledgement", () => {
    const { channel, thread, server } = page(ALICE);
    thread.send("Hello");
    assert.deepEqual(texts(/** @type {any} */ (thread.pending)), ["Hello"]);
    const session = server.connect(ALICE);
    channel.attach(session.pipe);
    session.settle();
    assert.deepEqual(thread.pending, []);
    assert.deepEqual(texts(thread.messages), ["Hello"]);
    assert.ok(channel.empty);
  });

  test("are shown from the acknowledgement on, once, in their place", () => {
    const { thread, session, server } = live(ALICE);
    server.take(BOB, { id: "b1", text: "one", audience: "everyone" });
    thread.send("two");
    session.hears();
    const [one, two, ack] = session.outbox;
    session.outbox = [ack, one, two];
    session.says();
    assert.deepEqual(numbers(thread.messages), [2]);
    assert.deepEqual(thread.pending, []);
    session.settle();
    assert.deepEqual(texts(thread.messages), ["one", "two"]);
  });

  test("an acknowledged message does not hide those before it when the channel breaks", () => {
    const { channel, thread, session, server } = live(ALICE);
    server.take(BOB, { id: "b1", text: "one", audience: "everyone" });
    thread.send("two");
    session.hears();
    session.outbox = [session.outbox[2]];
    session.says();
    session.cut();
    const next = server.connect(ALICE);
    channel.attach(next.pipe);
    next.settle();
    assert.equal(next.seen[0].after, null, "nothing came in its turn yet");
    assert.deepEqual(texts(thread.messages), ["one", "two"]);
  });

  test("are settled by coming back themselves, where the acknowledgement is lost", () => {
    const { thread, session } = live(ALICE);
    thread.send("one");
    session.hears();
    session.says();
    assert.deepEqual(texts(thread.messages), ["one"]);
    assert.deepEqual(thread.pending, [], "not shown twice");
  });

  test("that were taken long ago are not put before what was loaded", () => {
    const { thread, session, server } = live(ALICE);
    const { id } = thread.send("long ago");
    session.inbox = [];
    server.log = said(BOB, 100);
    const { number, at_ms } = { number: 3, at_ms: 3 };
    session.outbox.push({ type: "following", conversation: "c1", last: 100, marks: {} });
    session.outbox.push({ type: "ack", conversation: "c1", id, number, at_ms });
    session.settle();
    for (const message of server.log.slice(50)) session.tell(message);
    session.settle();
    assert.equal(thread.messages[0]?.number, 51, "the pages before it have no hole");
    assert.deepEqual(thread.pending, []);
    assert.equal(thread.last, 100);
  });

  test("go on after the last number that came, on another channel", () => {
    const { channel, thread, session, server } = live(ALICE);
    server.take(BOB, { id: "b1", text: "one", audience: "everyone" });
    session.settle();
    session.cut();
    server.take(BOB, { id: "b2", text: "two", audience: "everyone" });
    const next = server.connect(ALICE);
    channel.attach(next.pipe);
    next.settle();
    assert.equal(next.seen[0].after, 1);
    assert.deepEqual(numbers(thread.messages), [1, 2]);
  });

  test("outlive a reload under the same ids, in order", () => {
    const first = page(ALICE);
    const ids = ["one", "two", "three"].map((text) => first.thread.send(text).id);
    const second = page(ALICE, first.store);
    const session = second.server.connect(ALICE);
    second.channel.attach(session.pipe);
    session.settle();
    assert.deepEqual(texts(second.thread.messages), ["one", "two", "three"]);
    assert.deepEqual(second.server.log.map(({ id }) => id), ids);
    assert.equal(first.store.all.size, 0, "nothing is left behind");
  });

  test("of another person in the same browser stay where they are", () => {
    const first = page(ALICE);
    first.thread.send("Alice's own");
    const second = page(BOB, first.store);
    assert.deepEqual(second.thread.pending, []);
    assert.equal(page(ALICE, first.store).thread.pending.length, 1);
  });

  test("are at most 64 on their way, and twenty in a second", () => {
    const { thread, session } = live(ALICE);
    for (let i = 0; i < 200; i++) thread.send(`m${i}`);
    const sent = () => session.inbox.filter(({ type }) => type === "send").length;
    assert.equal(sent(), 20);
    mock.timers.tick(1_000);
    assert.ok(sent() <= 40 && sent() >= 36, `${sent()} after a second`);
    for (let second = 0; second < 20; second++) {
      mock.timers.tick(1_000);
      session.outbox.push({ type: "pong" });
      session.says();
    }
    assert.equal(sent(), 64);
    assert.equal(thread.pending.length, 200);
    session.settle();
    for (let second = 0; second < 20; second++) {
      mock.timers.tick(1_000);
      session.settle();
    }
    assert.deepEqual(texts(thread.messages), Array.from({ length: 200 }, (_, i) => `m${i}`));
    assert.deepEqual(thread.pending, []);
  });

  test("do not go into a channel that is full", () => {
    const { thread, session } = live(ALICE);
    Object.assign(session.pipe, { bufferedAmount: 100_000 });
    thread.send("Hello");
    assert.deepEqual(session.inbox, []);
    Object.assign(session.pipe, { bufferedAmount: 0 });
    /** @type {any} */ (session.pipe).onbufferedamountlow();
    assert.equal(session.inbox.length, 1);
  });

  test("of great length wait for each other, so that the server need not close", () => {
    const { thread, session } = live(ALICE);
    for (let i = 0; i < 15; i++) thread.send("\u{1F600}".repeat(3_800));
    const sent = session.inbox.filter(({ type }) => type === "send");
    assert.ok(sent.length > 5 && JSON.stringify(sent).length < 256 * 1024);
    assert.ok(sent.length < 15);
  });

  test("that are refused come back with their text, and are not sent again", () => {
    const { channel, thread, session, server } = live(ALICE);
    /** @type {any[]} */
    const back = [];
    channel.on("refused", (refused) => back.push(refused));
    const { id } = thread.send("to Bob");
    session.inbox = [];
    const error = { code: "not_owner", message: "You only listen." };
    session.outbox.push({ type: "refused", conversation: "c1", id, error });
    session.settle();
    assert.equal(back.length, 1);
    assert.equal(back[0].text, "to Bob");
    assert.equal(back[0].error.code, "not_owner");
    assert.deepEqual(thread.pending, []);
    session.cut();
    const next = server.connect(ALICE);
    channel.attach(next.pipe);
    next.settle();
    assert.deepEqual(server.log, []);
  });

  test("that came too fast go again by themselves, when the server says", () => {
    const { thread, session, server } = live(ALICE);
    const { id } = thread.send("patience");
    session.inbox = [];
    const error = { code: "rate_limited", message: "Slower.", retry_after_ms: 700 };
    session.outbox.push({ type: "refused", conversation: "c1", id, error });
    session.says();
    assert.deepEqual(session.inbox, []);
    mock.timers.tick(699);
    assert.deepEqual(session.inbox, []);
    mock.timers.tick(1);
    session.settle();
    assert.deepEqual(server.log.map((one) => one.id), [id]);
    assert.deepEqual(thread.pending, []);
  });

  test("that no server would take are not begun", () => {
    const { thread } = live(ALICE);
    assert.throws(() => thread.send(" \n "), { code: "malformed" });
    assert.throws(() => thread.send("x".repeat(4_001)), { code: "text_too_long" });
    assert.throws(() => thread.send("\u0001".repeat(4_000)), { code: "text_too_long" });
    assert.equal(thread.send("half \ud83d").text, "half \ufffd", "always whole characters");
    assert.equal(thread.send("\u{1F600}".repeat(3_800)).text.length, 7_600);
  });

  test("are not written without end while the channel is away", () => {
    const { thread } = page(ALICE);
    for (let i = 0; i < 500; i++) thread.send(`m${i}`);
    assert.throws(() => thread.send("one more"), { code: "too_many_unsent" });
  });

  for (let seed = 1; seed <= 20; seed++) {
    test(`reach everybody once in one order, however channels and pages break (${seed})`, () => {
      brokenTalk(seed);
    });
  }
});

/**
 * Two people write while their channels break and their pages are reloaded at any moment.
 *
 * @param {number} seed
 */
function brokenTalk(seed) {
  const random = randomOf(seed);
  const server = new ChatServer();
  const writers = [ALICE, BOB].map((person) => new Writer(person, server));
  for (let step = 0; step < 1_500; step++) {
    const writer = writers[random() < 0.5 ? 0 : 1];
    const dice = random();
    if (dice < 0.08) writer?.writes();
    else if (dice < 0.095) writer?.breaks(random() < 0.3);
    else if (dice < 0.5) writer?.session.hears();
    else if (dice < 0.95) writer?.session.says();
    else mock.timers.tick(200);
    writer?.checks();
  }
  for (const writer of writers) writer.breaks(false);
  for (let second = 0; second < 30; second++) {
    mock.timers.tick(1_000);
    for (const writer of writers) writer.session.settle();
    for (const writer of writers) writer.session.settle();
  }
  for (const { person, wrote, thread } of writers) {
    const own = server.log.filter(({ from }) => from?.person === person);
    assert.deepEqual(own.map(({ text }) => text), wrote, "each once, as it was written");
    assert.deepEqual(thread.pending, []);
    const shown = thread.messages;
    assert.deepEqual(shown, server.log.slice(server.log.length - shown.length), "one order");
    assert.ok(shown.length >= Math.min(50, server.log.length));
  }
}

/** Somebody who writes at a page that may be reloaded. */
class Writer {
  #store = new FakeStorage();
  /** @type {string[]} */
  wrote = [];

  /**
   * @param {string} person
   * @param {ChatServer} server
   */
  constructor(person, server) {
    this.person = person;
    this.server = server;
    this.channel = this.#page();
    this.thread = this.#joins();
    this.session = this.#connects();
  }

  writes() {
    const text = `${this.person} ${this.wrote.length}`;
    this.wrote.push(text);
    this.thread.send(text);
  }

  /** @param {boolean} reloaded whether the page is gone too */
  breaks(reloaded) {
    this.session.cut();
    if (reloaded) {
      this.channel.attach(null);
      this.channel = this.#page();
      this.thread = this.#joins();
    }
    this.session = this.#connects();
  }

  /** What is shown is what there is, in its order, at any moment. */
  checks() {
    let last = 0;
    for (const { number, text } of this.thread.messages) {
      assert.ok(number > last);
      assert.equal(text, this.server.log[number - 1]?.text);
      last = number;
    }
  }

  #page() {
    const channel = new ChatChannel(NO_LEG, this.#store);
    channel.begin({ id: this.person, name: this.person, role: "customer" });
    return channel;
  }

  #joins() {
    const thread = this.channel.thread("c1");
    thread.want(true);
    return thread;
  }

  #connects() {
    const session = this.server.connect(this.person);
    this.channel.attach(session.pipe);
    return session;
  }
}
