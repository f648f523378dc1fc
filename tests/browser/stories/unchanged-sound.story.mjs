// A monitor changes no bit of what anybody hears: the encoded frames that customer and agent are
// sent are each other's, byte for byte, with nobody, with a monitor and after it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { compareFrames, countFrames, framesOf, tapFrames } from "../lib/frames.mjs";
import { silence, voices } from "../lib/hearing.mjs";
import { eventually } from "../lib/person.mjs";
import { Stage } from "../lib/stage.mjs";
import { SUPERVISED } from "../lib/supervisor.mjs";

const EVERYBODY = ["alice", "bob", "eve"];
/** A second of sound: each step of the story lasts so long at least. */
const SECOND = 50;

const ALONE = { alice: voices("bob"), bob: voices("alice"), eve: silence };
const MONITORED = { ...ALONE, eve: voices("alice", "bob") };
const COACHED = { ...MONITORED, bob: voices("alice", "eve") };
const BARGED = { ...COACHED, alice: voices("bob", "eve") };

describe("the sound of a call", () => {
  test("is the same, bit for bit, whether a supervisor hears it or not", () =>
    Stage.play("unchanged sound", EVERYBODY, play, { config: SUPERVISED }));
});

/** @param {Stage} stage */
async function play(stage) {
  const { alice, bob, eve } = stage.people;
  const pages = [alice.page, bob.page];
  await Promise.all(pages.map(tapFrames));
  const counts = () => Promise.all(pages.map(countFrames));
  const aSecond = async () => {
    const from = await counts();
    const passed = async () => (await counts()).every((count, i) => count >= from[i] + SECOND);
    await eventually("a second of sound", passed);
    return counts();
  };

  await eve.isAlwaysLoud();
  await stage.connect();
  await eve.opensBoard();
  await stage.hears("connected", ALONE);
  const connectedAt = await aSecond();
  for (let times = 0; times < 2; times += 1) {
    await eve.monitors();
    await stage.hears("monitored", MONITORED);
    await eve.stops();
    await stage.hears("left alone", ALONE);
    await aSecond();
  }
  await eve.monitors();
  await stage.hears("monitored again", MONITORED);
  const unheardUntil = await aSecond();

  // Whom she coaches is sent something else, the customer is not.
  await eve.coaches("bob");
  await stage.hears("coached", COACHED);
  const coachedUntil = await aSecond();
  await eve.barges();
  await stage.hears("barged in", BARGED);
  const [customer, agent] = await Promise.all(pages.map(framesOf));

  const toCustomer = [connectedAt[0], coachedUntil[0]];
  theSame(stage, "customer", agent.sent, customer.received.slice(...toCustomer));
  theSame(stage, "agent", customer.sent, agent.received.slice(connectedAt[1], unheardUntil[1]));
  for (const [name, sent, received] of [
    ["the coached agent's", customer.sent, agent.received.slice(-SECOND)],
    ["the customer's, once she has barged in,", agent.sent, customer.received.slice(-SECOND)],
  ]) {
    assert.equal(compareFrames(sent, received).same, 0, `${name} sound is another`);
  }
}

/** Every frame somebody was sent is the other's, and nothing stumbles. */
function theSame(stage, listener, sent, received) {
  const { same, differences } = compareFrames(sent, received);
  assert.deepEqual(differences, [], `the ${listener}'s frames are the other's`);
  assert.equal(same, received.length);
  assert.ok(same > 8 * SECOND, `${same} frames are enough to tell`);
  stage.measured(`frames of the ${listener} that are the other's, of ${received.length}`, same, "");
}
