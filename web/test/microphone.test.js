import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { MicrophoneError } from "../client/errors.js";
import { levelOf } from "../client/level.js";
import { Microphone } from "../client/microphone.js";
import { FakeDevices, settled } from "./fakes.js";

describe("microphone", () => {
  for (const [name, reason] of /** @type {const} */ ([
    ["NotAllowedError", "denied"],
    ["NotFoundError", "missing"],
    ["NotReadableError", "busy"],
    ["OverconstrainedError", "unsupported"],
    ["SecurityError", "insecure"],
    ["SomethingElseError", "failed"],
  ])) {
    test(`${name} is told as ${reason}, with what to do next`, async () => {
      const devices = new FakeDevices();
      devices.failure = name;
      const microphone = new Microphone(devices);
      await assert.rejects(microphone.open(), (/** @type {MicrophoneError} */ error) => {
        assert.equal(error.reason, reason);
        assert.equal(error.code, `microphone_${reason}`);
        assert.ok(error.advice.endsWith("."));
        return error instanceof MicrophoneError;
      });
      assert.equal(microphone.state, "failed");
      assert.equal(microphone.error?.reason, reason);
    });
  }

  test("a page without devices is told to be insecure", async () => {
    await assert.rejects(new Microphone(undefined).open(), { code: "microphone_insecure" });
  });

  test("speech processing is on, unless it is asked off", async () => {
    const devices = new FakeDevices();
    await new Microphone(devices).open();
    await new Microphone(devices, { echoCancellation: false }).open();
    assert.deepEqual(
      devices.constraints.map(({ audio }) => [audio.echoCancellation, audio.noiseSuppression]),
      [
        [true, true],
        [false, true],
      ],
    );
  });

  test("two openings at once share one", async () => {
    const devices = new FakeDevices();
    const microphone = new Microphone(devices);
    const [a, b] = await Promise.all([microphone.open(), microphone.open()]);
    assert.equal(a, b);
    assert.equal(devices.tracks.length, 1);
  });

  test("what is released while it opens is stopped as soon as it is open", async () => {
    const devices = new FakeDevices();
    const microphone = new Microphone(devices);
    const opening = microphone.open();
    microphone.release();
    await opening;
    assert.ok(devices.tracks[0]?.stopped);
    assert.equal(microphone.track, null);
    assert.equal(microphone.state, "off");
  });

  test("an unplugged microphone is a failure that can be mended", async () => {
    const devices = new FakeDevices();
    const microphone = new Microphone(devices);
    /** @type {unknown[]} */
    const tracks = [];
    microphone.on("track", (track) => tracks.push(track));
    await microphone.open();
    devices.tracks[0]?.onended?.();
    assert.equal(microphone.state, "failed");
    await microphone.open();
    assert.equal(microphone.state, "on");
    assert.deepEqual(tracks, [devices.tracks[0], null, devices.tracks[1]]);
  });

  test("another device is taken at once", async () => {
    const devices = new FakeDevices();
    const microphone = new Microphone(devices);
    await microphone.open();
    await microphone.choose("headset");
    await settled();
    assert.ok(devices.tracks[0]?.stopped);
    assert.deepEqual(devices.constraints[1].audio.deviceId, { exact: "headset" });
  });

  test("the level is even in decibels", () => {
    const sine = Array.from({ length: 480 }, (_, i) => Math.SQRT2 * Math.sin((i * Math.PI) / 24));
    const at = (/** @type {number} */ db) => levelOf(sine.map((x) => x * 10 ** (db / 20)));
    assert.ok(Math.abs(at(0) - 1) < 0.01);
    assert.ok(Math.abs(at(-30) - 0.5) < 0.01);
    assert.equal(at(-80), 0);
    assert.equal(levelOf([]), 0);
  });
});
