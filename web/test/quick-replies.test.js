import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { TrefoilError, fillIn, greeting, quickReplies } from "../client/index.js";

describe("a text with variables", () => {
  const values = { customer: "Alice Aston", agent: "Bob", team: undefined, empty: " " };

  test("has values in the place of their names", () => {
    const { text, unfilled, parts } = fillIn("Hello {customer}, this is {agent}.", values);
    assert.equal(text, "Hello Alice Aston, this is Bob.");
    assert.deepEqual(unfilled, []);
    assert.deepEqual(
      parts.map(({ kind }) => kind),
      ["plain", "filled", "plain", "filled", "plain"],
    );
  });

  test("keeps what has no value, and says so once", () => {
    const { text, unfilled } = fillIn("{voucher} {team} {voucher} {empty} {Customer}", values);
    assert.equal(text, "{voucher} {team} {voucher} {empty} {Customer}");
    assert.deepEqual(unfilled, ["{voucher}", "{team}", "{empty}", "{Customer}"]);
  });

  test("has braces of its own", () => {
    const { text, unfilled } = fillIn("{{customer} {{{customer}} {} {a b} { }", values);
    assert.equal(text, "{customer} {Alice Aston} {} {a b} { }");
    assert.deepEqual(unfilled, []);
  });

  test("takes values as they are, whatever stands in them", () => {
    const names = { customer: "{agent} <b>&</b> $&", agent: "Bob" };
    assert.equal(fillIn("{customer}", names).text, "{agent} <b>&</b> $&");
    assert.deepEqual(fillIn("{constructor}{__proto__}", {}).unfilled, ["{constructor}"]);
    assert.equal(fillIn("", values).text, "");
  });

  test("greets by the time of day", () => {
    const at = (/** @type {number} */ hour) => greeting(new Date(2026, 10, 21, hour, 30));
    assert.deepEqual(
      [4, 5, 11, 12, 17, 18, 23].map(at),
      [
        "Good evening",
        "Good morning",
        "Good morning",
        "Good afternoon",
        "Good afternoon",
        "Good evening",
        "Good evening",
      ],
    );
  });
});

/**
 * A server that answers one after another.
 *
 * @param {...[status: number, body?: unknown]} answers
 */
function server(...answers) {
  /** @type {{ method: string, url: string, token: string | null, body: unknown }[]} */
  const asked = [];
  const fetch = async (/** @type {URL} */ url, /** @type {RequestInit} */ init) => {
    const token = new Headers(init.headers).get("authorization");
    const body = init.body === undefined ? undefined : JSON.parse(String(init.body));
    asked.push({ method: init.method ?? "", url: url.href, token, body });
    const [status, answer] = answers.shift() ?? assert.fail("asked too often");
    return new Response(answer === undefined ? null : JSON.stringify(answer), { status });
  };
  const token = async () => "t-1";
  const replies = quickReplies({
    url: "wss://desk.example/v1/ws",
    token,
    fetch: /** @type {typeof globalThis.fetch} */ (/** @type {unknown} */ (fetch)),
  });
  return { asked, replies };
}

const OWNERS = [{ owner: "agent:bob", may_change: true }];
const WORDS = { title: "Hello", text: "Hello {customer}" };
/** @type {import("../client/quick-replies.js").QuickReply} */
const REPLY = {
  ...WORDS,
  id: "q7",
  owner: "agent:bob",
  version: 2,
  updated_at_ms: 5,
  updated_by: "agent:bob",
};

describe("the quick replies of an agent", () => {
  test("are asked for page by page", async () => {
    const { asked, replies } = server(
      [200, { owners: OWNERS, quick_replies: [REPLY], next: "q7" }],
      [200, { owners: OWNERS, quick_replies: [{ ...REPLY, id: "q8" }] }],
    );
    const list = await replies.list();
    assert.deepEqual(
      list.replies.map(({ id }) => id),
      ["q7", "q8"],
    );
    assert.deepEqual(list.owners, OWNERS);
    assert.deepEqual(
      asked.map(({ url }) => url),
      [
        "https://desk.example/v1/quick-replies",
        "https://desk.example/v1/quick-replies?after=q7",
      ],
    );
    assert.equal(asked[0]?.token, "Bearer t-1");
  });

  test("are added, changed as they were read, and removed", async () => {
    const { asked, replies } = server([201, REPLY], [200, { ...REPLY, version: 3 }], [204]);
    assert.deepEqual(await replies.add("agent:bob", WORDS), REPLY);
    const changed = await replies.change(REPLY, { ...WORDS, shortcut: "hi" });
    await replies.remove(changed);
    const one = "https://desk.example/v1/quick-replies/q7";
    assert.deepEqual(
      asked.map(({ method, url, body }) => [method, url, body]),
      [
        [
          "POST",
          "https://desk.example/v1/quick-replies",
          { owner: "agent:bob", ...WORDS },
        ],
        ["PUT", one, { version: 2, ...WORDS, shortcut: "hi" }],
        ["DELETE", `${one}?version=3`, undefined],
      ],
    );
  });

  test("are refused with the server's code and what else it says", async () => {
    const error = { code: "shortcut_taken", message: "No.", shortcut: "hi", by: "Hello" };
    const { replies } = server([409, { error }], [502]);
    await assert.rejects(replies.add("agent:bob", WORDS), (/** @type {TrefoilError} */ refused) => {
      assert.deepEqual([refused.code, refused.extra["by"]], ["shortcut_taken", "Hello"]);
      return true;
    });
    await assert.rejects(replies.list(), { code: "unknown" });
    await assert.rejects(replies.list(), { code: "not_connected" });
  });
});
