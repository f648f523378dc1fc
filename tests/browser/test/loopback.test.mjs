// The whole chain of the ears in real Chromium, without the server: two browsers call each other.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Browser } from "../lib/browser.mjs";
import { capture, captureSince } from "../lib/capture.mjs";
import { hear, marginOf, matches, say, silence, voices } from "../lib/hearing.mjs";
import { longestGap } from "../lib/gap.mjs";
import { TONES, microphoneOf } from "../lib/tone.mjs";

const POLICY = "default-src 'none'; script-src 'self'";

async function prepare() {
  const audio = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  const stream = await navigator.mediaDevices.getUserMedia({ audio });
  const peer = new RTCPeerConnection();
  peer.addTrack(stream.getTracks()[0], stream);
  globalThis.peer = peer;
}

/** Sets the description given, if any, makes its own and returns it with all candidates. */
async function negotiate(remote) {
  const { peer } = globalThis;
  if (remote) await peer.setRemoteDescription(remote);
  if (remote?.type === "answer") return null;
  await peer.setLocalDescription();
  while (peer.iceGatheringState !== "complete") {
    await new Promise((done) => peer.addEventListener("icegatheringstatechange", done));
  }
  return peer.localDescription.toJSON();
}

async function until(page, expected) {
  const giveUp = Date.now() + 10_000;
  for (;;) {
    const { samples } = await capture(page);
    const finding = samples.length > 80_000 ? hear(samples, TONES, null) : { kind: "nothing yet" };
    if (finding.levels && matches(finding, expected)) return finding;
    const heard = JSON.stringify(finding);
    assert.ok(Date.now() < giveUp, `expected ${say(expected)}, heard ${heard}`);
    await sleep(200);
  }
}

describe("two browsers that call each other", () => {
  let server;
  let alice;
  let bob;

  before(async () => {
    server = createServer((_, response) => {
      response.setHeader("content-type", "text/html");
      response.setHeader("content-security-policy", POLICY);
      response.end("<!doctype html><title>loopback</title>");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    [alice, bob] = await Promise.all(
      ["alice", "bob"].map(async (name) => {
        const browser = await Browser.open(await microphoneOf(name));
        return { browser, page: await browser.visit() };
      }),
    );
    for (const { page } of [alice, bob]) {
      await page.goto(`http://127.0.0.1:${server.address().port}`);
      await page.evaluate(prepare);
    }
    const offer = await alice.page.evaluate(negotiate);
    const answer = await bob.page.evaluate(negotiate, offer);
    await alice.page.evaluate(negotiate, answer);
  });

  after(async () => {
    await Promise.all([alice?.browser.close(), bob?.browser.close()]);
    server?.close();
  });

  test("hear each other's tone and not their own", async () => {
    const atAlice = await until(alice.page, voices("bob"));
    const atBob = await until(bob.page, voices("alice"));
    assert.ok(marginOf(atAlice) > 60 && marginOf(atBob) > 60);
  });

  test("hear silence once the other's microphone is off, and the gap is measured", async () => {
    const microphone = (on) => {
      globalThis.peer.getSenders()[0].track.enabled = on;
    };
    const from = Date.now();
    await sleep(500);
    await alice.page.evaluate(microphone, false);
    await until(bob.page, silence);
    const offAt = Date.now();
    await alice.page.evaluate(microphone, true);
    await until(bob.page, voices("alice"));
    const gap = longestGap(await captureSince(bob.page, from), TONES.alice);
    assert.ok(Math.abs(gap - (offAt - from - 500)) < 500, `gap of ${gap} ms`);
  });

  test("hear silence after the other browser was killed", async () => {
    const at = await alice.browser.kill();
    await until(bob.page, silence);
    assert.ok(Date.now() - at < 5_000);
  });
});
