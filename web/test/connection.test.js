import assert from "node:assert/strict";
import { beforeEach, describe, mock, test } from "node:test";
import { Connection, retryDelay } from "../client/connection.js";
import { TrefoilError } from "../client/errors.js";
import { AS_WEBSOCKET, FakeSocket, settled } from "./fakes.js";
import { view } from "./story.js";

const HALF = () => 0.5;

function connection() {
  return new Connection({
    url: "ws://here/v1/ws",
    token: "jwt",
    client: "test/1",
    WebSocket: AS_WEBSOCKET,
    random: HALF,
  });
}

/** One that the server has welcomed. */
async function live() {
  const one = connection();
  const opened = one.open();
  await settled();
  FakeSocket.last.welcomes();
  await opened;
  return one;
}

/** @param {number} ms */
async function after(ms) {
  mock.timers.tick(ms);
  await settled();
}

describe("connection", () => {
  beforeEach(() => {
    FakeSocket.all = [];
    mock.timers.reset();
    mock.timers.enable({ apis: ["setTimeout"] });
  });

  test("says hello in the sub-protocol and is live with the welcome", async () => {
    const one = await live();
    assert.equal(FakeSocket.last.protocol, "trefoil.v1");
    assert.deepEqual(FakeSocket.last.sent, [{ type: "hello", token: "jwt", client: "test/1" }]);
    assert.equal(one.state, "live");
  });

  test("settles each request by its own id", async () => {
    const one = await live();
    const first = one.request({ name: "call", team: "support" });
    const second = one.request({ name: "swap", conversation: "c1" });
    const [, a, b] = FakeSocket.last.sent;
    FakeSocket.last.says({ type: "answer", id: b.id, result: { second: true } });
    const error = { code: "unknown_target", message: "No such team.", hint: "x" };
    FakeSocket.last.says({ type: "refusal", id: a.id, error });
    assert.deepEqual(await second, { second: true });
    await assert.rejects(first, (/** @type {TrefoilError} */ refused) => {
      assert.equal(refused.code, "unknown_target");
      assert.equal(refused.extra["hint"], "x");
      return refused instanceof TrefoilError;
    });
  });

  test("gives a request up when no answer comes", async () => {
    const one = await live();
    const request = one.request({ name: "finish_wrap_up" }, 1_000);
    mock.timers.tick(1_000);
    await assert.rejects(request, { code: "no_answer" });
  });

  test("does not take requests without a connection", async () => {
    await assert.rejects(connection().request({ name: "finish_wrap_up" }), {
      code: "not_connected",
    });
  });

  test("comes back with its session and the last cursor it saw", async () => {
    const one = await live();
    FakeSocket.last.says({ type: "view", cursor: 9, conversation: view() });
    const pending = one.request({ name: "finish_wrap_up" });
    FakeSocket.last.breaks();
    await assert.rejects(pending, { code: "connection_lost" });
    assert.equal(one.state, "lost");
    await after(150);
    assert.equal(FakeSocket.all.length, 2);
    FakeSocket.last.welcomes({ resumed: true, cursor: 12 });
    assert.deepEqual(FakeSocket.last.sent[0].resume, { session: "s-1", cursor: 9 });
    assert.equal(one.state, "live");
  });

  test("tries quickly at first, then less often, and never waits long", () => {
    const delays = [0, 1, 2, 3, 4, 9].map((n) => retryDelay(n, HALF));
    assert.deepEqual(delays, [150, 300, 600, 1_200, 2_250, 2_250]);
    assert.equal(
      retryDelay(0, () => 0),
      100,
    );
    assert.ok(retryDelay(20, () => 1) <= 3_000);
  });

  test("keeps trying while the server is away", async () => {
    await live();
    for (let i = 0; i < 5; i++) {
      FakeSocket.last.breaks();
      await after(3_000);
    }
    assert.equal(FakeSocket.all.length, 6);
  });

  for (const code of ["token_invalid", "token_expired", "superseded"]) {
    test(`stops for good at ${code}`, async () => {
      const one = await live();
      /** @type {(string | undefined)[]} */
      const codes = [];
      one.on("state", ({ error }) => codes.push(error?.code));
      FakeSocket.last.says({ type: "error", error: { code, message: "." }, fatal: true });
      FakeSocket.last.breaks(1008);
      await after(60_000);
      assert.equal(one.state, "closed");
      assert.deepEqual(codes, [code]);
      assert.equal(FakeSocket.all.length, 1);
    });
  }

  test("stops at the close code alone, when the error was lost", async () => {
    const one = await live();
    FakeSocket.last.breaks(4409);
    await after(60_000);
    assert.equal(one.state, "closed");
    assert.equal(FakeSocket.all.length, 1);
  });

  test("rejects its opening when the token is refused", async () => {
    const opened = connection().open();
    await settled();
    const error = { code: "token_invalid", message: "Wrong." };
    FakeSocket.last.says({ type: "error", error, fatal: true });
    await assert.rejects(opened, { code: "token_invalid" });
  });

  test("stays away for as long as the server asks, also when the network is back", async () => {
    const one = connection();
    void one.open();
    await settled();
    const error = {
      code: "rate_limited",
      message: "Too many sign-ins.",
      limit: "sign_ins_per_person",
      retry_after_ms: 3_000,
    };
    FakeSocket.last.says({ type: "error", error, fatal: true });
    FakeSocket.last.breaks(1008);
    one.retryNow();
    await after(3_149);
    assert.equal(FakeSocket.all.length, 1);
    await after(1);
    assert.equal(FakeSocket.all.length, 2);
    // Once it has waited it is back to its own pace.
    FakeSocket.last.breaks();
    await after(300);
    assert.equal(FakeSocket.all.length, 3);
  });

  test("goes on after an error that is not fatal", async () => {
    const one = await live();
    const error = { code: "malformed", message: "." };
    FakeSocket.last.says({ type: "error", error, fatal: false });
    assert.equal(one.state, "live");
  });

  test("gives an attempt that hangs up soon, and the next one more time", async () => {
    const one = connection();
    void one.open();
    await settled();
    await after(2_000);
    await after(200);
    assert.equal(FakeSocket.all.length, 2);
    await after(3_900);
    assert.equal(FakeSocket.all.length, 2, "the second is waited for longer");
    FakeSocket.last.welcomes();
    assert.equal(one.state, "live");
  });

  test("pings, and leaves a socket on which nothing comes any more", async () => {
    const one = await live();
    await after(5_000);
    assert.deepEqual(FakeSocket.last.sent.at(-1), { type: "ping" });
    FakeSocket.last.says({ type: "pong" });
    await after(12_000);
    assert.equal(one.state, "live");
    await after(1_000);
    assert.equal(one.state, "lost");
    assert.ok(FakeSocket.all[0]?.closed);
  });

  test("does not wait for ever for a welcome", async () => {
    void connection().open();
    await after(0);
    await after(5_000);
    await after(150);
    assert.equal(FakeSocket.all.length, 2);
  });

  test("tries at once when it is told that the network is back", async () => {
    const one = await live();
    FakeSocket.last.breaks();
    one.retryNow();
    await settled();
    assert.equal(FakeSocket.all.length, 2);
    await after(10);
    assert.equal(FakeSocket.all.length, 2);
  });
});
