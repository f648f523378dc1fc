// Two people write without a pause while a page is reloaded, a browser killed, and the server too.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as chat from "../lib/chat.mjs";
import { Stage } from "../lib/stage.mjs";

/** So many from each side, in four parts. */
const EACH = 200;
const PART = EACH / 4;

function part(name, number) {
  return Array.from({ length: PART }, (_, i) => `${name} ${number * PART + i + 1} of ${EACH}`);
}

/** In the middle of what she writes, Alice's page is loaded again; Bob writes on. */
async function pageReloaded({ alice, bob }) {
  const waiting = await chat.writesMany(alice, part("alice", 0));
  assert.ok(waiting.length > 0, "something is on its way when the page goes");
  await Promise.all([chat.reloads(alice), chat.writesMany(bob, part("bob", 0))]);
  await Promise.all([chat.isTaken(alice), chat.isTaken(bob)]);
}

/**
 * In the middle of what he writes, Bob's browser is killed, and with it what it had not sent; Alice
 * writes on. Back in another browser he reads what was taken, and writes the rest again.
 */
async function browserKilled(stage) {
  const { alice, bob } = stage.people;
  const texts = part("bob", 1);
  const waiting = await chat.writesMany(bob, texts);
  await Promise.all([bob.browser.kill(), chat.writesMany(alice, part("alice", 1))]);
  const again = await stage.enter("bob");
  await chat.signsInAgain(again);
  await Promise.all([chat.readsBack(again), chat.isTaken(alice)]);
  const taken = new Set((await chat.log(again)).texts);
  const acknowledged = texts.filter((text) => !waiting.includes(text));
  const lost = acknowledged.filter((text) => !taken.has(text));
  assert.deepEqual(lost, [], "what was acknowledged to the killed browser is there");
  const rest = texts.filter((text) => !taken.has(text));
  console.log(`  of ${PART} that the killed browser was given, ${rest.length} are written again`);
  await chat.writesMany(again, rest);
  await chat.isTaken(again);
}

/** In the middle of what both write, the server is killed; they write on while it is gone. */
async function serverKilled(stage) {
  const { alice, bob } = stage.people;
  const both = [alice, bob];
  const waiting = await Promise.all(both.map((one) => chat.writesMany(one, part(one.name, 2))));
  assert.ok(waiting.every(({ length }) => length > 0), "something is on its way when it is killed");
  await stage.server.kill();
  await Promise.all(both.map((one) => chat.writesMany(one, part(one.name, 3))));
  await stage.shoot("the server is gone");
  const backAt = await stage.server.restart();
  await Promise.all(both.map(chat.isTaken));
  stage.measured("server up to everything acknowledged", Date.now() - backAt, "ms");
}

describe("a chat outlasts", () => {
  test("a reload, a killed browser, and a killed server: each message once, in one order", () =>
    Stage.play("chat outlast", ["alice", "bob"], async (stage) => {
      await stage.people.bob.signIn();
      await chat.opensChat(stage.people.alice, "support");
      await chat.acceptsChat(stage.people.bob);
      await chat.writes(stage.people.alice, "Let us begin");
      await chat.allRead("the first", [stage.people.bob], ["Let us begin"]);

      await pageReloaded(stage.people);
      await browserKilled(stage);
      await serverKilled(stage);
      const { alice, bob } = stage.people;
      await Promise.all([alice, bob].map(chat.readsBack));
      const said = ["alice", "bob"].flatMap((name) => [0, 1, 2, 3].flatMap((n) => part(name, n)));
      const all = await chat.allAgree("all", [alice, bob], ["Let us begin"], said);

      await chat.writes(bob, "Everything is here");
      const whole = [...all, "Everything is here"];
      await chat.allRead("and on", [alice, bob], whole);
      await stage.shoot("and on");
      await Promise.all([alice, bob].map(chat.reloads));
      await Promise.all([alice, bob].map(chat.readsBack));
      await chat.allRead("the history", [alice, bob], whole);
    }));
});
