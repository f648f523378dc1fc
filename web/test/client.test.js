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
import { ALICE, BOB, desk, ringing, seat, view } from "./story.js";

let devices = new FakeDevices();

/** @param {Partial<import("../client/client.js").ClientOptions>} [more] */
function client(more = {}) {
  return new Client({
    url: "ws://here/v1/ws",
    token: "jwt",
    WebSocket: AS_WEBSOCKET,
    RTCPeerConnection: AS_PEER_CONNECTION,
    MediaStream: AS_MEDIA_STREAM,
    mediaDevices: devices,
    ...more,
  });
}

/**
 * Signed in, with the leg up.
 *
 * @param {object} [welcome]
 * @param {Partial<import("../client/client.js").ClientOptions>} [more]
 */
async function signedIn(welcome = {}, more = {}) {
  const one = client(more);
  void one.connect();
  await settled();
  FakeSocket.last.welcomes(welcome);
  await settled();
  await answerLeg();
  return one;
}

/** Answers the last offer and lets the leg come up. */
async function answerLeg() {
  const request = FakeSocket.last.asked("connect_leg").at(-1);
  if (request === undefined) return;
  FakeSocket.last.says({ type: "answer", id: request.id, result: { sdp: "answer" } });
  await settled();
  FakePeer.last.becomes("connected");
  await settled();
}

/**
 * @param {string} name
 * @param {object} [result]
 */
async function answers(name, result = {}) {
  const request = FakeSocket.last.asked(name).at(-1);
  FakeSocket.last.says({ type: "answer", id: request.id, result });
  await settled();
}

/** @param {import("../client/types.js").ConversationView} conversation */
async function shows(conversation) {
  FakeSocket.last.says({ type: "view", cursor: 10, conversation });
  await settled();
}

const CUSTOMER = { person: { id: ALICE, role: "customer", name: "Alice" } };

describe("client", () => {
  beforeEach(() => {
    FakeSocket.all = [];
    FakePeer.all = [];
    devices = new FakeDevices();
    mock.timers.reset();
    mock.timers.enable({ apis: ["setTimeout"] });
  });

  test("an agent's leg is up and the permission asked before the first call", async () => {
    const one = await signedIn();
    assert.equal(one.leg.state, "up");
    assert.equal(FakePeer.last.answer, "answer");
    assert.equal(devices.tracks.length, 1);
    assert.ok(devices.tracks[0]?.stopped, "no recording light between calls");
    assert.equal(FakePeer.last.track, null);
  });

  test("the microphone opens as a call rings, is heard from the answer to the end", async () => {
    const one = await signedIn();
    await shows(ringing());
    assert.equal(FakePeer.last.track, devices.tracks[1]);
    assert.equal(devices.tracks[1]?.enabled, false, "nobody is heard before the answer");
    const answered = one.answer("c1");
    await settled();
    assert.equal(devices.tracks[1]?.enabled, true);
    await answers("accept");
    await answered;
    assert.equal(one.microphone.state, "on", "kept until the seat is shown");
    await shows(view({ version: 2 }));
    assert.equal(FakePeer.last.track, devices.tracks[1]);
    const left = one.leave("c1");
    await answers("leave");
    await left;
    assert.ok(devices.tracks[1]?.stopped);
    assert.equal(FakePeer.last.track, null);
    assert.deepEqual(one.calls, []);
  });

  test("a call that stops ringing closes the microphone again", async () => {
    const one = await signedIn();
    await shows(ringing());
    assert.equal(one.microphone.state, "on");
    FakeSocket.last.says({ type: "gone", cursor: 11, conversation: "c1", reason: "rescinded" });
    assert.ok(devices.tracks[1]?.stopped);
    assert.equal(one.microphone.state, "off");
  });

  test("a refused answer silences the microphone again", async () => {
    const one = await signedIn();
    await shows(ringing());
    const answered = one.answer("c1");
    await settled();
    const { id } = FakeSocket.last.asked("accept")[0];
    FakeSocket.last.says({ type: "refusal", id, error: { code: "no_offer", message: "Gone." } });
    await assert.rejects(answered, { code: "no_offer" });
    assert.equal(devices.tracks[1]?.enabled, false);
    FakeSocket.last.says({ type: "gone", cursor: 11, conversation: "c1", reason: "rescinded" });
    assert.equal(one.microphone.state, "off");
  });

  test("whoever is muted sends nothing, from the press of the button on", async () => {
    const one = await signedIn();
    await shows(view());
    const track = devices.tracks.at(-1);
    const muted = one.mute("c1", true);
    assert.equal(track?.enabled, false);
    await answers("mute");
    await shows(view({ version: 2, participants: [seat(ALICE), seat(BOB, { muted: "self" })] }));
    await muted;
    assert.equal(track?.enabled, false);
    await shows(view({ version: 3 }));
    assert.equal(track?.enabled, true);
  });

  test("a customer's call opens microphone and leg first, and closes them at its end", async () => {
    const one = await signedIn(CUSTOMER);
    assert.equal(one.leg.state, "off", "nothing before the call");
    const calling = one.call("support");
    await settled();
    await answerLeg();
    await answers("call", { conversation: "c1" });
    const waiting = { you: ALICE, participants: [seat(ALICE)] };
    await shows(view(waiting));
    assert.equal((await calling).id, "c1");
    assert.equal(FakePeer.last.track, devices.tracks[0]);
    const ended = { reason: "completed", at_ms: 9 };
    await shows(view({ ...waiting, version: 2, phase: "ended", ended }));
    assert.ok(devices.tracks[0]?.stopped);
    assert.ok(FakePeer.last.closed);
    assert.equal(FakeSocket.last.asked("disconnect_leg").length, 1);
  });

  test("no call is placed without a microphone", async () => {
    const one = await signedIn(CUSTOMER);
    devices.failure = "NotAllowedError";
    await assert.rejects(one.call("support"), { code: "microphone_denied" });
    assert.equal(FakeSocket.last.asked("call").length, 0);
  });

  test("a refused permission is asked for again only on request", async () => {
    devices.failure = "NotAllowedError";
    const one = await signedIn();
    assert.equal(one.microphone.state, "failed");
    await shows(view());
    await shows(view({ version: 2 }));
    const asked = devices.constraints.length;
    await shows(view({ version: 3 }));
    assert.equal(devices.constraints.length, asked);
    devices.failure = null;
    await one.retryMicrophone();
    assert.equal(FakePeer.last.track, devices.tracks[0]);
  });

  test("comes back into the seat after the server has restarted", async () => {
    const one = await signedIn();
    await shows(view());
    const before = FakePeer.last;
    FakeSocket.last.breaks();
    mock.timers.tick(200);
    await settled();
    FakeSocket.last.welcomes({ resumed: false, session: "s-2" });
    await shows(view({ version: 1 }));
    await answerLeg();
    assert.ok(before.closed);
    assert.notEqual(FakePeer.last, before);
    assert.equal(FakePeer.last.track, devices.tracks.at(-1));
    mock.timers.tick(2_000);
    assert.equal(one.current?.id, "c1");
  });

  test("a call that the new session does not show is over", async () => {
    const one = await signedIn();
    await shows(view());
    FakeSocket.last.breaks();
    mock.timers.tick(200);
    await settled();
    FakeSocket.last.welcomes({ resumed: false });
    assert.equal(one.calls.length, 1, "no flicker while the views are on their way");
    mock.timers.tick(1_000);
    await settled();
    assert.deepEqual(one.calls, []);
    assert.equal(one.microphone.state, "off");
  });

  test("another session keeps the leg that the server still has", async () => {
    await signedIn();
    const before = FakePeer.last;
    FakeSocket.last.breaks();
    mock.timers.tick(200);
    await settled();
    FakeSocket.last.welcomes({ resumed: false, leg: "up" });
    await settled();
    assert.equal(FakePeer.last, before);
  });

  test("a session that goes on keeps its leg", async () => {
    await signedIn();
    const before = FakePeer.last;
    FakeSocket.last.breaks();
    mock.timers.tick(200);
    await settled();
    FakeSocket.last.welcomes({ resumed: true });
    await settled();
    assert.equal(FakePeer.last, before);
    assert.ok(!before.closed);
  });

  test("a leg that does not come up in four seconds is made afresh", async () => {
    const one = client();
    void one.connect();
    await settled();
    FakeSocket.last.welcomes();
    await settled();
    mock.timers.tick(4_000);
    assert.equal(one.leg.state, "lost");
    mock.timers.tick(200);
    await settled();
    assert.equal(FakePeer.all.length, 2);
    await answerLeg();
    assert.equal(one.leg.state, "up");
  });

  test("a leg cut for two seconds is made afresh, a shorter cut is borne", async () => {
    const one = await signedIn();
    FakePeer.last.becomes("disconnected");
    mock.timers.tick(1_500);
    FakePeer.last.becomes("connected");
    mock.timers.tick(5_000);
    assert.equal(FakePeer.all.length, 1);
    FakePeer.last.becomes("disconnected");
    mock.timers.tick(2_000);
    assert.equal(one.leg.state, "lost");
    mock.timers.tick(200);
    await settled();
    await answerLeg();
    assert.equal(FakePeer.all.length, 2);
    assert.equal(one.leg.state, "up");
  });

  test("a leg that the server does not have is made afresh", async () => {
    await signedIn();
    FakeSocket.last.says({ type: "desk", cursor: 11, desk: desk({ leg: "down" }) });
    mock.timers.tick(3_000);
    await settled();
    assert.equal(FakePeer.all.length, 2);
  });

  test("a desk takes in what is new, and keeps the rest", async () => {
    const one = await signedIn();
    const whole = desk({});
    FakeSocket.last.says({ type: "desk", cursor: 11, desk: whole });
    const [first, ...others] = whole.agents;
    const anew = { ...first, state: "ringing", available: false };
    FakeSocket.last.says({
      type: "desk_changes",
      cursor: 12,
      changes: {
        you: null,
        agents: [anew, { ...first, id: "agent:aaron" }],
        agents_gone: others.map(({ id }) => id),
        teams: [],
        teams_gone: [],
        server_time_ms: 99,
      },
    });
    assert.deepEqual(one.desk?.agents, [{ ...first, id: "agent:aaron" }, anew]);
    assert.deepEqual(one.desk?.you, whole.you);
    assert.deepEqual(one.desk?.teams, whole.teams);
    assert.equal(one.desk?.server_time_ms, 99);
  });

  test("a leg refused for asking too often is asked for again when the server says", async () => {
    void client().connect();
    await settled();
    FakeSocket.last.welcomes();
    await settled();
    const { id } = FakeSocket.last.asked("connect_leg")[0];
    const error = { code: "rate_limited", message: "Too many.", retry_after_ms: 2_500 };
    FakeSocket.last.says({ type: "refusal", id, error });
    await settled();
    mock.timers.tick(2_499);
    await settled();
    assert.equal(FakeSocket.last.asked("connect_leg").length, 1);
    mock.timers.tick(1);
    await settled();
    assert.equal(FakeSocket.last.asked("connect_leg").length, 2);
  });

  test("a leg that cannot be had is tried again", async () => {
    const one = client();
    void one.connect();
    await settled();
    FakeSocket.last.welcomes();
    await settled();
    const { id } = FakeSocket.last.asked("connect_leg")[0];
    const error = { code: "media_unavailable", message: "Full." };
    FakeSocket.last.says({ type: "refusal", id, error });
    await settled();
    assert.equal(one.leg.state, "lost");
    mock.timers.tick(200);
    await settled();
    assert.equal(FakeSocket.last.asked("connect_leg").length, 2);
  });

  test("older views are not shown over newer ones", async () => {
    const one = await signedIn();
    await shows(view({ version: 5, phase: "consult" }));
    await shows(view({ version: 4, phase: "ringing" }));
    assert.equal(one.current?.phase, "consult");
  });

  test("a call that the server takes away is gone", async () => {
    const one = await signedIn();
    await shows(view());
    /** @type {string[]} */
    const reasons = [];
    one.on("gone", ({ reason }) => reasons.push(reason));
    FakeSocket.last.says({ type: "gone", cursor: 11, conversation: "c1", reason: "removed" });
    assert.deepEqual(one.calls, []);
    assert.deepEqual(reasons, ["removed"]);
    assert.equal(one.microphone.state, "off");
  });

  test("closing takes leg and microphone down", async () => {
    const one = await signedIn();
    await shows(view());
    one.close();
    assert.equal(one.leg.state, "off");
    assert.ok(devices.tracks.at(-1)?.stopped);
  });
});
