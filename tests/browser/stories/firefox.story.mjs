// Firefox as a customer's and as an agent's browser: the same calls and hearing, the same chats.
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import * as chat from "../lib/chat.mjs";
import { firefoxMissing } from "../lib/firefox.mjs";
import { music, silence, voices } from "../lib/hearing.mjs";
import { eventually } from "../lib/person.mjs";
import { Stage, closeBrowsersOf } from "../lib/stage.mjs";

const skip = await firefoxMissing();
const FRESH_JOINS = 5;
const TALKING = { alice: voices("bob"), bob: voices("alice") };
const BACK_MS = 5_000;

/** A fresh page of alice's calls and bob answers: both hear each other, over the first leg. */
async function joins(stage) {
  const alice = await stage.enter("alice");
  const { bob } = stage.people;
  const calledAt = Date.now();
  await alice.call("support");
  await bob.answer();
  const talking = await eventually("both hear each other", () =>
    stage.talkingAfter(calledAt, "alice", "bob").catch(() => null),
  );
  stage.measured("page opened in Firefox to talking", talking, "ms");
  assert.equal(await alice.connections(), 1, "the first peer connection was the one");
  assert.equal(await bob.connections(), 1, "and the agent's was never replaced");
  return alice;
}

async function hangsUp(stage, alice) {
  const { bob } = stage.people;
  await alice.press("hang-up");
  await bob.press("wrap-up-finish");
  await bob.ready();
  await alice.page.context().close();
}

/** Reloads `name`'s page in a call and waits until both hear each other again. */
async function reloads(stage, name) {
  const { bob } = stage.people;
  const before = await bob.call();
  const reloadedAt = await stage.people[name].reload();
  await stage.hears(`after the reload of ${name}'s page`, TALKING);
  const back = await stage.talkingAfter(reloadedAt, "alice", "bob");
  stage.measured(`reload of ${name}'s page in Firefox to talking`, back, "ms");
  assert.ok(back <= BACK_MS, `talking after ${back} ms`);
  assert.equal((await bob.call()).conversation, before.conversation, "it is the same call");
}

/** They write, from either side, over a reload and while the page is away; then she comes back. */
async function writes(stage) {
  const { alice, bob } = stage.people;
  await bob.signIn();
  await chat.opensChat(alice, "support");
  await chat.acceptsChat(bob);
  await chat.writes(alice, "Hello from Firefox");
  await chat.writes(bob, "Hello from Chromium");
  const said = ["Hello from Firefox", "Hello from Chromium"];
  const both = await chat.allAgree("two browsers write", [alice, bob], [], said);
  const rest = Array.from({ length: 40 }, (_, i) => `from Firefox ${i + 1}`);
  await chat.writesMany(alice, rest);
  await Promise.all([chat.reloads(alice), chat.writes(bob, "Meanwhile")]);
  await chat.isTaken(alice);
  await Promise.all([alice, bob].map(chat.readsBack));
  const all = await chat.allAgree("over a reload", [alice, bob], both, [...rest, "Meanwhile"]);
  await chat.endsChat(alice);
  await alice.press("write-again");
  await chat.acceptsChat(bob);
  await chat.writes(alice, "Once more");
  await Promise.all([alice, bob].map(chat.readsBack));
  await chat.allRead("and coming back", [alice, bob], [...all, "Once more"]);
  await stage.shoot("written in Firefox");
}

describe("Firefox", () => {
  after(() => closeBrowsersOf("firefox"));

  test("as the customer's browser joins first try and keeps a call over a reload", { skip }, () =>
    Stage.play("customer in Firefox", ["alice", "bob"], async (stage) => {
      await stage.people.bob.signIn();
      for (let nth = 1; nth < FRESH_JOINS; nth += 1) await hangsUp(stage, await joins(stage));
      const alice = await joins(stage);
      await stage.hears("connected", TALKING);
      assert.ok(await alice.playsAloud(), "the page plays what arrives");
      await reloads(stage, "alice");
    }, { kinds: { alice: "firefox" } }));

  test("as the customer's browser writes with a desk in Chromium, over a reload", { skip }, () =>
    Stage.play("chat in Firefox", ["alice", "bob"], writes, { kinds: { alice: "firefox" } }));

  test("as an agent's desk answers a call, keeps it over a reload, hands it over", { skip }, () =>
    Stage.play("desk in Firefox", ["alice", "bob", "carol"], async (stage) => {
      const { bob, carol } = stage.people;
      await stage.connect();
      assert.equal(await bob.connections(), 1, "the first peer connection was the one");
      await stage.hears("connected", { ...TALKING, carol: silence });
      assert.ok(await bob.playsAloud(), "the page plays what arrives");
      await stage.shoot("connected");
      await reloads(stage, "bob");

      await bob.invite("agent-carol", { note: "From a desk in Firefox." });
      await carol.answer();
      await bob.phase("consult");
      await stage.hears("consult", { alice: music, bob: voices("carol"), carol: voices("bob") });
      await stage.shoot("consult");
      await bob.press("complete");
      await carol.phase("connected");
      await stage.hears("after complete", {
        alice: voices("carol"),
        bob: silence,
        carol: voices("alice"),
      });
      await bob.at("wrap-up").waitFor();
    }, { kinds: { bob: "firefox" } }));
});
