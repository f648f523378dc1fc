import assert from "node:assert/strict";
import { beforeEach, describe, mock, test } from "node:test";
import { Client } from "../client/index.js";
import {
  AS_MEDIA_STREAM,
  AS_PEER_CONNECTION,
  AS_WEBSOCKET,
  FakeDevices,
  FakePeer,
  FakeSocket,
  settled,
} from "./fakes.js";
import { desk } from "./story.js";

/** An agent's session, with the leg up. */
async function signedIn() {
  const one = new Client({
    url: "ws://here/v1/ws",
    token: "jwt",
    WebSocket: AS_WEBSOCKET,
    RTCPeerConnection: AS_PEER_CONNECTION,
    MediaStream: AS_MEDIA_STREAM,
    mediaDevices: new FakeDevices(),
  });
  void one.connect();
  await settled();
  FakeSocket.last.welcomes();
  await settled();
  await legComesUp();
  return one;
}

async function legComesUp() {
  const request = FakeSocket.last.asked("connect_leg").at(-1);
  FakeSocket.last.says({ type: "answer", id: request.id, result: { sdp: "answer" } });
  await settled();
  FakePeer.last.becomes("connected");
  await settled();
}

/** @param {number} ms */
async function after(ms) {
  mock.timers.tick(ms);
  await settled();
}

describe("the network changes", () => {
  beforeEach(() => {
    FakeSocket.all = [];
    FakePeer.all = [];
    mock.timers.reset();
    mock.timers.enable({ apis: ["setTimeout"] });
  });

  test("a leg over which nothing comes any more is made afresh within a second", async () => {
    const one = await signedIn();
    one.retryNow();
    await settled();
    await after(1_000);
    assert.equal(FakePeer.all.length, 2);
    assert.ok(FakePeer.all[0]?.closed);
    await legComesUp();
    assert.equal(one.leg.state, "up");
  });

  test("a leg that is still heard stays", async () => {
    const one = await signedIn();
    one.retryNow();
    await settled();
    FakePeer.last.received = 4_000;
    await after(1_000);
    await after(10_000);
    assert.equal(FakePeer.all.length, 1);
    assert.equal(one.leg.state, "up");
  });

  test("a leg that the browser gives up already is not listened to", async () => {
    const one = await signedIn();
    FakePeer.last.becomes("disconnected");
    one.retryNow();
    await settled();
    assert.equal(FakePeer.all.length, 2);
  });

  test("a leg that is lost does not wait out its pause", async () => {
    const one = await signedIn();
    FakePeer.last.becomes("failed");
    assert.equal(one.leg.state, "lost");
    one.retryNow();
    await settled();
    assert.equal(FakePeer.all.length, 2);
  });

  test("told of many changes, it asks for no more legs than the server gives", async () => {
    const one = await signedIn();
    for (let ms = 0; ms < 60_000; ms += 100) {
      one.retryNow();
      FakeSocket.last.says({ type: "pong" });
      await after(100);
    }
    const legs = FakePeer.all.length - 1;
    assert.ok(legs >= 2 && legs <= 20, `${legs} legs in a minute`);
  });

  test("after signalling was away, the leg is listened to", async () => {
    await signedIn();
    FakeSocket.last.breaks();
    await after(200);
    FakeSocket.last.welcomes({ resumed: true, leg: "up" });
    await settled();
    await after(1_000);
    assert.equal(FakePeer.all.length, 2);
  });

  test("a leg that the server misses is listened to", async () => {
    await signedIn();
    FakeSocket.last.says({ type: "desk", cursor: 11, desk: desk({ leg: "down" }) });
    await settled();
    await after(1_000);
    assert.equal(FakePeer.all.length, 2);
  });

  test("a session that is closed heeds nothing any more", async () => {
    const one = await signedIn();
    one.retryNow();
    one.close();
    await settled();
    await after(10_000);
    assert.equal(FakePeer.all.length, 1);
    assert.equal(FakeSocket.all.length, 1);
  });

  test("a socket that seems alive is asked, and left when it does not answer", async () => {
    const one = await signedIn();
    const [first] = FakeSocket.all;
    one.retryNow();
    assert.deepEqual(first?.sent.at(-1), { type: "ping" });
    await after(1_000);
    one.retryNow();
    await after(1_000);
    assert.equal(one.state, "lost", "asked again, it is not given more time");
    await after(200);
    FakeSocket.last.welcomes({ resumed: true });
    one.retryNow();
    FakeSocket.last.says({ type: "pong" });
    await after(5_000);
    assert.equal(one.state, "live");
  });
});
