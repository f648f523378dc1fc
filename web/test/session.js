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
/** @import { ClientOptions } from "../client/client.js" */
/** @import { ConversationView } from "../client/types.js" */

/** A session of the SDK whose server and peer are the test. */

/** @param {Partial<ClientOptions>} [more] */
export function client(more = {}) {
  return new Client({
    url: "ws://here/v1/ws",
    token: "jwt",
    WebSocket: AS_WEBSOCKET,
    RTCPeerConnection: AS_PEER_CONNECTION,
    MediaStream: AS_MEDIA_STREAM,
    mediaDevices: new FakeDevices(),
    ...more,
  });
}

/**
 * Signed in, with the leg up.
 *
 * @param {object} [welcome]
 * @param {Partial<ClientOptions>} [more]
 */
export async function signedIn(welcome = {}, more = {}) {
  const one = client(more);
  void one.connect();
  await settled();
  FakeSocket.last.welcomes(welcome);
  await settled();
  await legIsUp();
  return one;
}

/** Answers the offer that was sent last and lets the leg come up. */
export async function legIsUp() {
  const leg = FakeSocket.last.asked("connect_leg").at(-1);
  FakeSocket.last.says({ type: "answer", id: leg.id, result: { sdp: "answer" } });
  await settled();
  FakePeer.last.becomes("connected");
  await settled();
}

/** The command that was sent last, as the server reads it. */
export function lastCommand() {
  return FakeSocket.last.sent.findLast(({ type }) => type === "request")?.command;
}

/** @param {object} [result] of the request that was sent last */
export async function answered(result = {}) {
  const request = FakeSocket.last.sent.findLast(({ type }) => type === "request");
  FakeSocket.last.says({ type: "answer", id: request.id, result });
  await settled();
}

/** @param {ConversationView} conversation */
export async function shown(conversation) {
  FakeSocket.last.says({ type: "view", cursor: 10, conversation });
  await settled();
}
