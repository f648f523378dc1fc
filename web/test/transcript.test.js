import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { TrefoilError, transcript, writtenIn } from "../client/index.js";
import { INITIAL as AT_ONCE, reduce as customerReduce } from "../customer/store.js";
import { chatScreen } from "../customer/chat-view.js";
import { keepClosed, keptClosed } from "../desk/closed.js";
import { reduce } from "../desk/store.js";
import { chatStage } from "../desk/views/chat.js";
import { chatView, inChat, message, offeredChat, shows } from "./desk-chat.js";
import { atDesk, click, find, recorder, textOf } from "./drawn.js";
import { ALICE, view } from "./story.js";
/** @import { VNode } from "../page/dom.js" */
/** @import { State } from "../desk/store.js" */

/**
 * A server that answers each request with the next of these.
 *
 * @param {...(Response | Error)} answers
 */
function server(...answers) {
  /** @type {{ url: string, bearer: string | null }[]} */
  const asked = [];
  /** @type {typeof globalThis.fetch} */
  const fetch = async (url, options) => {
    const bearer = new Headers(options?.headers).get("authorization");
    asked.push({ url: String(url), bearer });
    const answer = answers.shift();
    if (answer instanceof Response) return answer;
    throw answer ?? new Error("nobody asks that often");
  };
  return { asked, url: "wss://chat.example/v1/ws", token: async () => "secret", fetch };
}

/** @param {number} status @param {string} code */
function refused(status, code) {
  return Response.json({ error: { code, message: "No." } }, { status });
}

describe("a transcript", () => {
  test("is asked for with the token, in the form that is wanted", async () => {
    const house = server(new Response("Chat c7"));
    const format = /** @type {const} */ ("text");
    const options = { format, forCustomer: true, zone: "Asia/Tokyo" };
    assert.equal(await (await transcript(house, "c7", options)).text(), "Chat c7");
    const query = "?format=text&for=customer&tz=Asia%2FTokyo";
    const url = `https://chat.example/v1/conversations/c7/transcript${query}`;
    assert.deepEqual(house.asked, [{ url, bearer: "Bearer secret" }]);
  });

  test("is asked for by UTC where the server does not know the zone", async () => {
    const house = server(refused(400, "malformed"), new Response("Chat c7"));
    const blob = await transcript(house, "c7", { format: "html", zone: "Etc/Unknown" });
    assert.equal(await blob.text(), "Chat c7");
    assert.match(house.asked[1]?.url ?? "", /\?format=html$/);
  });

  test("that is refused or cut off is an error with its code", async () => {
    const code = (/** @type {string} */ expected) => (/** @type {unknown} */ error) =>
      error instanceof TrefoilError && error.code === expected;
    await assert.rejects(transcript(server(refused(404, "not_found")), "c7"), code("not_found"));
    const gateway = new Response("<html>", { status: 502 });
    await assert.rejects(transcript(server(gateway), "c7"), code("unknown"));
    const gone = server(new TypeError("fetch failed"));
    await assert.rejects(transcript(gone, "c7"), code("not_connected"));
  });

  test("has its messages as the channel would give them", async () => {
    const from = { person: "agent:bob", name: "Bob" };
    const file = { id: "0f", name: "a.png", media_type: "image/png", bytes: 3, sha256: "ab" };
    const one = { number: 3, at: "2026-11-21T09:31:05Z", at_ms: 7, from, audience: "agents" };
    const house = server(Response.json({ messages: [{ ...one, text: "", file }] }));
    const { at: _, ...rest } = one;
    assert.deepEqual(await writtenIn(house, "c7"), [{ ...rest, id: null, text: "", file }]);
  });
});

/** @param {State} state */
function stage(state) {
  const { asked, actions } = recorder();
  const shown = state.calls["c7"] ?? state.closed["c7"]?.view ?? chatView();
  return { asked, root: chatStage(state, shown, actions) };
}

/** Bob's chat with Alice is over, and he looks at it. */
function over() {
  const ended = { reason: "customer_left", by: ALICE, phase: "connected", at_ms: 9_000 };
  const last = chatView({ phase: "ended", ended: /** @type {any} */ (ended) });
  return inChat(shows(last), { type: "gone", conversation: "c7", reason: "ended" });
}

describe("at the desk", () => {
  test("a chat that goes on, and one that is over, is saved by a menu", () => {
    for (const state of [inChat(), over()]) {
      const { asked, root } = stage(reduce(state, { type: "menu", menu: "save c7" }));
      assert.equal(find(root, "chat-save")?.props["aria-expanded"], "true");
      click(root, "chat-save-text");
      click(root, "chat-save-customer-html");
      const saved = asked.filter(([name]) => name === "saveChat");
      assert.deepEqual(saved, [
        ["saveChat", "c7", "text", false],
        ["saveChat", "c7", "html", true],
      ]);
      const item = find(root, "chat-save-customer-html");
      assert.equal(item?.props["role"], "menuitem");
      assert.equal(item?.props["aria-label"], "For the customer, without notes: Web page");
    }
  });

  test("one that somebody only reads along is not", () => {
    const chat = { may_write: false, reason: "not_owner", may_save: false };
    const along = atDesk(shows(chatView({ chat })));
    assert.equal(find(stage(along).root, "chat-save"), undefined);
  });

  test("one that is only offered is not, and none twice at a time", () => {
    const offered = atDesk(shows(offeredChat()));
    assert.equal(find(stage(offered).root, "chat-save"), undefined);
    const busy = reduce(inChat(), { type: "pending", key: "save c7" });
    assert.equal(find(stage(busy).root, "chat-save")?.props["aria-disabled"], "true");
  });

  test("one that is over is there after a reload, and its messages are loaded", () => {
    let text = /** @type {string | null} */ (null);
    const kept = {
      read: () => text,
      write: (/** @type {string} */ value) => void (text = value),
      forget: () => void (text = null),
    };
    const person = /** @type {any} */ ({ id: "agent:bob", name: "Bob" });
    const before = { ...over(), person };
    keepClosed(kept, before);
    assert.deepEqual(keptClosed(kept, "agent:carol"), { closed: {}, selected: null });
    const found = keptClosed(kept, "agent:bob");
    const back = reduce(atDesk(), { type: "closed_kept", ...found });
    assert.equal(back.selected, "c7");
    assert.match(textOf(stage(back).root), /This chat has ended/);
    assert.ok(find(stage(back).root, "earlier"), "they can be asked for");
    const messages = [message(1, "Hello"), message(2, "Good morning")];
    const loaded = reduce(back, { type: "history", conversation: "c7", messages });
    assert.match(textOf(stage(loaded).root), /Hello.*Good morning/);
    assert.equal(find(stage(loaded).root, "earlier"), undefined);
    // Reopened meanwhile, the channel knows better.
    const again = reduce(back, shows(chatView()));
    assert.equal(reduce(again, { type: "history", conversation: "c7", messages }), again);
    keepClosed(kept, { ...before, closed: {} });
    assert.equal(text, null);
    kept.write("{");
    assert.deepEqual(keptClosed(kept, "agent:bob"), { closed: {}, selected: null });
  });
});

describe("at the customer's", () => {
  const hers = view({ medium: "chat", you: ALICE, hearing: { source: "silence" } });
  const shot = {
    messages: [message(51, "the last")],
    more: true,
    pending: [],
    marks: {},
    typing: [],
    unread: 0,
    uploads: [],
    canWrite: true,
  };

  test("the chat is saved while it goes on and after its end", () => {
    const going = customerReduce(AT_ONCE, { type: "chat", view: hers, shot });
    const gone = customerReduce(going, { type: "chat_gone", view: hers, shot, reason: "left" });
    for (const state of [going, gone].map((one) => ({ ...one, menu: true }))) {
      const { asked, actions } = recorder();
      assert.ok(state.chat);
      const drawn = chatScreen(state, state.chat, /** @type {any} */ (actions));
      const root = /** @type {VNode} */ ({ tag: "div", props: {}, children: drawn.flat(9) });
      click(root, "save-chat-text");
      assert.deepEqual(asked.at(-1), ["saveChat", "text"]);
    }
  });

  test("what was written before is loaded whole once the chat is over", () => {
    const going = customerReduce(AT_ONCE, { type: "chat", view: hers, shot });
    const messages = [message(1, "the first"), message(51, "the last")];
    /** @type {import("../customer/store.js").StoreEvent} */
    const history = { type: "history", conversation: hers.id, messages };
    assert.equal(customerReduce(going, history), going, "its channel knows better");
    const gone = customerReduce(going, { type: "chat_gone", view: hers, shot, reason: "left" });
    assert.equal(gone.chat?.shot.more, true);
    const loaded = customerReduce(gone, history);
    assert.deepEqual(loaded.chat?.shot.messages, messages);
    assert.equal(loaded.chat?.shot.more, false);
  });
});
