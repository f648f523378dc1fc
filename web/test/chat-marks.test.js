import assert from "node:assert/strict";
import { beforeEach, describe, mock, test } from "node:test";
import { live, said } from "./chat-server.js";
import { ALICE, BOB, CAROL } from "./story.js";
/** @import { Session } from "./chat-server.js" */

/**
 * @param {Session} session
 * @param {object} frame
 */
function hear(session, frame) {
  session.outbox.push({ conversation: "c1", ...frame });
  session.settle();
}

/**
 * @param {Session} session
 * @param {string} type
 */
function told(session, type) {
  session.settle();
  return session.seen.filter((frame) => frame.type === type);
}

describe("the marks of a chat", () => {
  beforeEach(() => {
    mock.timers.reset();
    mock.timers.enable({ apis: ["setTimeout", "Date"] });
  });

  test("delivered is told at once, what follows within 300 ms is told together", () => {
    const { session, server } = live(ALICE);
    const says = (/** @type {string} */ id) => {
      server.take(BOB, { id, text: id, audience: "everyone" });
      session.settle();
    };
    says("b1");
    assert.deepEqual(told(session, "mark").map(({ delivered }) => delivered), [1]);
    for (let i = 2; i <= 9; i++) says(`b${i}`);
    assert.equal(told(session, "mark").length, 1);
    mock.timers.tick(300);
    assert.deepEqual(told(session, "mark").map(({ delivered }) => delivered), [1, 9]);
    mock.timers.tick(300);
    says("b10");
    assert.equal(told(session, "mark").length, 3);
  });

  test("read is told when the page says so, and once", () => {
    const { thread, session } = live(ALICE, said(BOB, 3));
    mock.timers.tick(300);
    assert.equal(told(session, "mark").at(-1).read, 0);
    assert.equal(thread.unread, 3);
    thread.markRead();
    thread.markRead();
    mock.timers.tick(300);
    const marks = told(session, "mark");
    assert.deepEqual(marks.at(-1), { type: "mark", conversation: "c1", delivered: 3, read: 3 });
    assert.equal(thread.unread, 0);
    const count = marks.length;
    thread.markRead();
    mock.timers.tick(1_000);
    assert.equal(told(session, "mark").length, count);
  });

  test("that were lost with a channel are told on the next", () => {
    const { channel, thread, session, server } = live(ALICE, said(BOB, 3));
    thread.markRead();
    session.cut();
    const next = server.connect(ALICE);
    channel.attach(next.pipe);
    assert.equal(told(next, "mark").at(-1).read, 3);
  });

  test("of who has no seat are not told, but count here", () => {
    const { thread, session, server } = live(CAROL);
    thread.want(false);
    server.take(BOB, { id: "b1", text: "one", audience: "everyone" });
    session.settle();
    thread.markRead();
    thread.tellTyping();
    mock.timers.tick(1_000);
    assert.deepEqual(told(session, "mark"), []);
    assert.deepEqual(told(session, "typing"), []);
    assert.equal(thread.unread, 0);
    thread.want(true);
    assert.equal(told(session, "mark").length, 1, "from the moment it takes a seat they are");
  });

  test("come back after a reload, so that what was read stays read", () => {
    const { thread, session } = live(ALICE, said(BOB, 3));
    const marks = { [ALICE]: { delivered: 3, read: 2 }, [BOB]: { delivered: 3, read: 1 } };
    hear(session, { type: "following", last: 3, marks });
    assert.equal(thread.unread, 1);
    assert.deepEqual(thread.marks.get(BOB), { delivered: 3, read: 1 });
    assert.equal(thread.marks.has(ALICE), false);
    hear(session, { type: "following", last: 7, marks });
    assert.equal(thread.last, 7, "also before the messages themselves");
    hear(session, { type: "marked", person: BOB, delivered: 3, read: 3 });
    assert.deepEqual(thread.marks.get(BOB), { delivered: 3, read: 3 });
  });

  test("unread are the messages of other people alone", () => {
    assert.equal(live(ALICE, said(BOB, 4)).thread.unread, 4);
    assert.equal(live(ALICE, said(ALICE, 4)).thread.unread, 0);
    assert.equal(live(ALICE, said(null, 4)).thread.unread, 0);
  });
});

describe("typing in a chat", () => {
  beforeEach(() => {
    mock.timers.reset();
    mock.timers.enable({ apis: ["setTimeout", "Date"] });
  });

  test("is told every two seconds at most, and anew after a message", () => {
    const { thread, session } = live(ALICE);
    for (let i = 0; i < 30; i++) {
      thread.tellTyping();
      mock.timers.tick(100);
    }
    assert.equal(told(session, "typing").length, 2);
    thread.send("there");
    thread.tellTyping();
    assert.equal(told(session, "typing").length, 3);
  });

  test("of others is over after five seconds, or with their message", () => {
    const { thread, session, server } = live(ALICE);
    hear(session, { type: "typing", person: BOB });
    hear(session, { type: "typing", person: ALICE });
    assert.deepEqual([...thread.typing], [BOB]);
    mock.timers.tick(4_000);
    hear(session, { type: "typing", person: BOB });
    mock.timers.tick(4_000);
    assert.deepEqual([...thread.typing], [BOB]);
    mock.timers.tick(1_000);
    assert.deepEqual([...thread.typing], []);
    hear(session, { type: "typing", person: BOB });
    server.take(BOB, { id: "b1", text: "one", audience: "everyone" });
    session.settle();
    assert.deepEqual([...thread.typing], []);
  });
});

describe("the history of a chat", () => {
  beforeEach(() => {
    mock.timers.reset();
    mock.timers.enable({ apis: ["setTimeout", "Date"] });
  });

  test("begins with the last fifty, and earlier pages go before them", async () => {
    const log = said(BOB, 130);
    const { thread, session } = live(ALICE, log);
    assert.equal(thread.messages[0]?.number, 81);
    assert.ok(thread.more);
    const page = thread.earlier();
    assert.equal(thread.earlier(), page, "asked once");
    const [{ request, before, limit }] = told(session, "page");
    assert.deepEqual([before, limit], [81, 50]);
    const messages = log.slice(30, 80);
    hear(session, { type: "page", request, messages, more: true });
    assert.equal(await page, true);
    assert.deepEqual(thread.messages, log.slice(30));
    const last = thread.earlier();
    const { request: second } = told(session, "page").at(-1);
    // Message 1 was a note: not for her, and so not in the page.
    hear(session, { type: "page", request: second, messages: log.slice(1, 30), more: false });
    assert.equal(await last, false);
    assert.equal(thread.more, false);
    assert.deepEqual(thread.messages, log.slice(1));
  });

  test("that may not be read is refused, and can be asked for again", async () => {
    const { thread, session } = live(ALICE, said(BOB, 60));
    const page = thread.earlier();
    const [{ request }] = told(session, "page");
    const error = { code: "not_a_participant", message: "Not yours." };
    hear(session, { type: "page", request, messages: [], more: false, error });
    await assert.rejects(page, { code: "not_a_participant" });
    assert.ok(thread.more);
  });

  test("that is not loaded when the channel breaks can be asked for again", async () => {
    const { channel, thread, session, server } = live(ALICE, said(BOB, 60));
    const page = thread.earlier();
    channel.attach(null);
    await assert.rejects(page, { code: "connection_lost" });
    const next = server.connect(ALICE);
    channel.attach(next.pipe);
    next.settle();
    void thread.earlier();
    assert.equal(told(next, "page").length, 1);
    assert.equal(session.seen.filter(({ type }) => type === "page").length, 0);
  });
});

describe("the chats' channel", () => {
  beforeEach(() => {
    mock.timers.reset();
    mock.timers.enable({ apis: ["setTimeout", "Date"] });
  });

  test("that is closed is opened again on the leg, then the leg is made afresh", () => {
    const { session, reopened, leg } = live(ALICE);
    /** @type {any} */ (session.pipe).onclose();
    mock.timers.tick(499);
    assert.equal(reopened.length, 0);
    mock.timers.tick(1);
    assert.equal(reopened.length, 1);
    /** @type {any} */ (reopened[0]?.pipe).onclose();
    mock.timers.tick(999);
    assert.equal(leg.renewed, 0);
    mock.timers.tick(1);
    assert.equal(leg.renewed, 1);
    assert.equal(reopened.length, 1, "the server takes no third channel of a leg");
  });

  test("waits for the session, without which the server takes none", () => {
    const { channel, session, reopened } = live(ALICE);
    channel.setSignalling(false);
    /** @type {any} */ (session.pipe).onclose();
    mock.timers.tick(60_000);
    assert.equal(reopened.length, 0);
    channel.setSignalling(true);
    assert.equal(reopened.length, 1);
  });

  test("over which nothing comes any more is replaced", () => {
    const { session, reopened } = live(ALICE);
    mock.timers.tick(10_000);
    assert.equal(told(session, "ping").length, 1);
    mock.timers.tick(10_000);
    mock.timers.tick(500);
    assert.equal(reopened.length, 1);
  });

  test("whose server says nothing is replaced", () => {
    const { channel, server, reopened } = live(ALICE);
    const mute = server.connect(ALICE);
    mute.outbox = [];
    channel.attach(mute.pipe);
    /** @type {any} */ (mute.pipe).onopen();
    mock.timers.tick(5_000);
    mock.timers.tick(500);
    assert.equal(reopened.length, 1);
  });

  test("a conversation that may not be followed yet is asked for again", () => {
    const { thread, session } = live(ALICE);
    hear(session, { type: "unfollowed", reason: "not_a_participant" });
    mock.timers.tick(500);
    assert.equal(told(session, "follow").length, 2);
    hear(session, { type: "unfollowed", reason: "left" });
    thread.unwant();
    mock.timers.tick(60_000);
    assert.equal(told(session, "follow").length, 2);
  });

  test("takes no harm from what it does not understand", () => {
    const { thread, session } = live(ALICE);
    const onmessage = /** @type {any} */ (session.pipe).onmessage;
    onmessage({ data: "{" });
    onmessage({ data: JSON.stringify({ type: "new_thing", conversation: "c1" }) });
    onmessage({ data: JSON.stringify({ type: "message", conversation: "c9" }) });
    assert.deepEqual(thread.messages, []);
  });
});
