// A supervisor in a call: who hears whom while Eve monitors, coaches and barges in, and goes
// back, and the call is held and transferred beneath her.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { music, silence, voices } from "../lib/hearing.mjs";
import { Stage } from "../lib/stage.mjs";
import { SUPERVISED } from "../lib/supervisor.mjs";
import { Wire } from "../lib/wire.mjs";

const [A, B, C, E] = ["alice", "bob", "carol", "eve"];
const row = (alice, bob, carol, eve) => ({ alice, bob, carol, eve });

/** What everybody hears, by what goes on and by what Eve does. */
const HEARS = {
  "connected": row(voices(B), voices(A), silence, silence),
  "connected, monitor": row(voices(B), voices(A), silence, voices(A, B)),
  "connected, coach of bob": row(voices(B), voices(A, E), silence, voices(A, B)),
  "connected, barge": row(voices(B, E), voices(A, E), silence, voices(A, B)),
  "held, monitor": row(music, silence, silence, voices(A, B)),
  "held, coach of bob": row(music, voices(E), silence, voices(A, B)),
  "ringing, coach of bob": row(voices(B), voices(A, E), silence, voices(A, B)),
  "consult, monitor": row(music, voices(C), voices(B), voices(A, B, C)),
  "consult, coach of bob": row(music, voices(C, E), voices(B), voices(A, B, C)),
  "back, coach of bob": row(voices(B), voices(A, E), music, voices(A, B, C)),
  "three-way, coach of carol": row(voices(B, C), voices(A, C), voices(A, B, E), voices(A, B, C)),
  "three-way, monitor": row(voices(B, C), voices(A, C), voices(A, B), voices(A, B, C)),
  "transferred, monitor": row(voices(C), silence, voices(A), voices(A, C)),
  "transferred, barge": row(voices(C, E), silence, voices(A, E), voices(A, C)),
  "transferred": row(voices(C), silence, voices(A), silence),
};

describe("a supervisor", () => {
  test("monitors, coaches and barges in through hold and transfer", () =>
    Stage.play("supervision", [A, B, C, E], play, { config: SUPERVISED }));
});

/** @param {Stage} stage */
async function play(stage) {
  const { alice, bob, eve } = stage.people;
  const wires = [new Wire(alice.page), new Wire(bob.page)];
  const hearing = (moment) => stage.hears(moment, HEARS[moment]);
  await eve.isAlwaysLoud();
  await stage.connect();
  await bob.phase("connected");
  await eve.opensBoard();
  await hearing("connected");

  // Nobody sees or is told of a monitor.
  const unnoticed = await knowledge(stage, wires);
  await eve.monitors();
  await hearing("connected, monitor");
  await stage.shoot("monitored");
  assert.deepEqual(await knowledge(stage, wires), unnoticed, "nobody notices");

  await speaksToOneAndToAll(stage, wires, hearing);
  await staysThroughTransfer(stage, hearing);
  await stage.shoot("left alone");
}

/** Eve coaches Bob, on hold and not, barges in, and listens again. */
async function speaksToOneAndToAll(stage, [atAlice, atBob], hearing) {
  const { bob, eve } = stage.people;
  await bob.pressAtCustomer("hold");
  await hearing("held, monitor");
  await eve.coaches(B);
  await hearing("held, coach of bob");
  await stage.shoot("held and coached");
  await bob.pressAtCustomer("resume");
  await hearing("connected, coach of bob");
  await bob.at("coached").waitFor();
  assert.deepEqual(newsOf(E, atBob), ["coach_started"]);
  assert.equal(mentionsOf(E, atAlice), 0, "the customer is told nothing of a coach");

  await eve.barges();
  await hearing("connected, barge");
  await stage.shoot("barged in");
  const told = ["coach_started", "coach_stopped", "participant_joined"];
  assert.deepEqual(newsOf(E, atBob), told);
  await eve.monitors();
  await hearing("connected, monitor");
}

/** Bob brings Carol in and goes; Eve stays, changes how she is there, and goes as the last. */
async function staysThroughTransfer(stage, hearing) {
  const { bob, carol, eve } = stage.people;

  // A ringing invitation is a seat: three are taken, and who coaches goes on.
  await eve.coaches(B);
  await bob.invite("agent-carol");
  await carol.at("accept").waitFor();
  assert.equal(await eve.isRefusedToBarge(), "conference_full");
  await hearing("ringing, coach of bob");
  await carol.answer();
  await bob.phase("consult");
  await hearing("consult, coach of bob");
  await stage.shoot("consult");
  assert.equal(await eve.isRefusedToBarge(), "conference_full");
  await eve.monitors();
  await hearing("consult, monitor");

  await eve.coaches(B);
  await bob.press("swap");
  await bob.phase("back_with_customer");
  await hearing("back, coach of bob");
  await bob.press("merge");
  await bob.phase("three_way");
  await eve.coaches(C);
  await hearing("three-way, coach of carol");
  assert.equal(await eve.isRefusedToBarge(), "conference_full");
  await eve.monitors();
  await hearing("three-way, monitor");

  // Whoever she coached is gone: she stays, unheard, and there is a seat again.
  await eve.coaches(B);
  await bob.press("complete");
  await carol.phase("connected");
  await eve.standing("monitor");
  await hearing("transferred, monitor");
  await eve.barges();
  await hearing("transferred, barge");
  await eve.monitors();
  await eve.stops();
  await hearing("transferred");
}

/** All that customer and agent could know a call by: what was told them, and what they see. */
async function knowledge({ people: { alice, bob } }, wires) {
  const told = wires.map(({ aboutCalls }) => aboutCalls.length);
  const shown = await Promise.all([
    alice.at("screen").evaluate(withoutClock),
    bob.at("call").evaluate(withoutClock),
  ]);
  return { told, shown };
}

/** In the page: what an element shows, but for what counts the seconds or the loudness. */
function withoutClock(element) {
  const copy = element.cloneNode(true);
  for (const one of copy.querySelectorAll('[data-testid="elapsed"], [data-testid="level"]')) {
    one.remove();
  }
  return copy.outerHTML;
}

/** The notices that name somebody, by kind. */
function newsOf(name, wire) {
  const who = `agent:${name}`;
  const notices = wire.told.flatMap(({ notice }) => (notice === undefined ? [] : [notice]));
  const naming = notices.filter(({ by, participant }) => by === who || participant === who);
  return naming.map(({ kind }) => kind);
}

/** How many messages have a word of somebody in them. */
function mentionsOf(name, wire) {
  return wire.told.filter((message) => JSON.stringify(message).includes(`agent:${name}`)).length;
}
