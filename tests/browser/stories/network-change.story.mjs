// The path of a page's sound is cut in a call and comes back, as when somebody walks from one
// network into another: the seat and the phase stay, and so does the talk.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { music, silence, voices } from "../lib/hearing.mjs";
import { eventually } from "../lib/person.mjs";
import { Relay } from "../lib/relay.mjs";
import { Stage } from "../lib/stage.mjs";

const TALKING = { alice: voices("bob"), bob: voices("alice") };
/** What is left is heard, or played music, while the other's path is cut. */
const LEFT = { bob: { alice: music }, alice: { bob: silence } };
const SEAT = { alice: "customer", bob: "agent:bob" };
/** From the path's return until both hear each other. */
const BACK_MS = 3_000;
/** Sound that stops for so long is taken for lost. */
const LOST_MS = 4_000;
/** From then on until the customer hears music, or the agent again. */
const MUSIC_MS = 1_000;
/** It takes a moment more until a page shows it, and until two windows of music have been heard. */
const SHOWN_MS = 2_000;

/** How a path comes back; each resolves with the moment of it. */
const WAYS = {
  "as it was": (relay) => {
    relay.mend();
    return Date.now();
  },
  "on another port": (relay) => {
    relay.move();
    relay.mend();
    return Date.now();
  },
  // The browser's sockets are those of a network that it has left, and it says so to the page.
  "in another network": async (relay, { page }) => {
    relay.leave();
    relay.mend();
    const mendedAt = Date.now();
    await page.context().setOffline(true);
    await page.context().setOffline(false);
    return mendedAt;
  },
};

/**
 * Cuts `name`'s path for `forMs`, or until what is heard meanwhile was heard; both talk on, in the
 * same seats, soon after it is back.
 */
async function cut(stage, relay, name, forMs, way) {
  const { bob } = stage.people;
  const before = await bob.call();
  const what = `${name}'s path cut for ${forMs / 1000} s, back ${way}`;

  const cutAt = Date.now();
  relay.cut();
  const over = sleep(forMs);
  if (forMs > LOST_MS + SHOWN_MS) {
    const presence = async () => (await bob.call())?.seats[SEAT[name]].presence;
    const isAway = async () => (await presence()) === "reconnecting";
    await eventually("the seat is shown as reconnecting", isAway, LOST_MS + SHOWN_MS);
    await stage.hears(`${what}, meanwhile`, LEFT[name]);
  }
  await over;
  const mendedAt = await WAYS[way](relay, stage.people[name]);
  await stage.hears(`${what}, after`, TALKING);
  const back = await stage.talkingAfter(mendedAt, "alice", "bob");
  stage.measured(`${what}: path back to both hearing`, back, "ms");
  assert.ok(back <= BACK_MS, `both hear each other ${back} ms after the path is back`);
  if (name === "bob") {
    const alone = await stage.people.alice.longestSilence(cutAt - 200);
    stage.measured(`${what}: longest silence of the customer`, alone, "ms");
    assert.ok(alone <= LOST_MS + MUSIC_MS, `${alone} ms of silence for the customer`);
  }
  const { conversation, phase, seats } = await bob.call();
  assert.deepEqual({ conversation, phase, seats }, {
    conversation: before.conversation,
    phase: before.phase,
    seats: before.seats,
  });
}

function play(name, cuts) {
  return Stage.play(`network change of ${name}`, ["alice", "bob"], async (stage) => {
    const relay = await Relay.open(stage.server.mediaPorts);
    try {
      await relay.guide(stage.people[name].page.context());
      await stage.connect();
      await stage.hears("connected", TALKING);
      for (const [seconds, way] of cuts) await cut(stage, relay, name, seconds * 1_000, way);
    } finally {
      relay.close();
    }
  });
}

const SAME = "as it was";
const OTHER = "on another port";
const FAR = "in another network";

describe("the path of the sound is cut and comes back", () => {
  test("the agent's: the customer hears music until the agent is back in the same seat", () =>
    play("bob", [[2, SAME], [6, FAR], [15, OTHER]]));

  test("the customer's: the agent sees it reconnecting, and both talk on", () =>
    play("alice", [[2, FAR], [6, OTHER], [15, SAME]]));
});
