// The comparison of frames: what it says of streams whose differences are known.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { compareFrames } from "../lib/frames.mjs";

/** A talker's frames, and the same as a listener is sent them, 7 frames late and past all wraps. */
function streams() {
  const sent = Array.from({ length: 60 }, (_, n) => ({
    rtpTimestamp: (2 ** 32 - 20_000 + n * 960) % 2 ** 32,
    synchronizationSource: 1,
    payloadType: 111,
    data: `f${(n * n) % 97}-${n % 5}`,
  }));
  const received = sent.slice(7).map((frame, n) => ({
    ...frame,
    rtpTimestamp: (frame.rtpTimestamp + 123_456) % 2 ** 32,
    sequenceNumber: (65_530 + n) % 2 ** 16,
    synchronizationSource: 2,
  }));
  return { sent, received };
}

/** The differences found once `change` was made to what the listener received. */
function found(change) {
  const { sent, received } = streams();
  change(received);
  return compareFrames(sent, received).differences;
}

describe("frames", () => {
  test("that are the talker's are found to be, all of them", () => {
    const { sent, received } = streams();
    assert.deepEqual(compareFrames(sent, received), { same: received.length, differences: [] });
  });

  test("that are somebody else's are not", () => {
    const { sent, received } = streams();
    const others = received.map((frame) => ({ ...frame, data: `${frame.data}!` }));
    assert.equal(compareFrames(sent, others).same, 0);
  });

  test("of which one is changed, missing, added or dated anew are told", () => {
    assert.deepEqual(found((all) => (all[30].data = "other")), ["frame 30 has other bytes"]);
    assert.deepEqual(found((all) => all.splice(30, 1)), [
      "the number goes on by 2 at frame 30",
      "the time goes on by 1920 at frame 30",
    ]);
    assert.deepEqual(found((all) => all.splice(30, 0, { ...all[29] })), [
      "the number goes on by 0 at frame 30",
      "the time goes on by 0 at frame 30",
    ]);
    const later = (all) => all.slice(30).forEach((frame) => (frame.rtpTimestamp += 480));
    assert.ok(found(later).includes("the time goes on by 1440 at frame 30"));
    assert.ok(found(later).includes("frame 30 is none of the talker's"));
    const other = (all) => all.slice(30).forEach((frame) => (frame.synchronizationSource = 3));
    assert.deepEqual(found(other), ["the synchronizationSource is another at frame 30"]);
  });
});
