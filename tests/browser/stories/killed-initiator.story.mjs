// The initiator's browser dies in the middle of a transfer: the customer is never left in silence.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { music, silence, voices } from "../lib/hearing.mjs";
import { eventually } from "../lib/person.mjs";
import { Stage } from "../lib/stage.mjs";

const EVERYBODY = ["alice", "bob", "carol"];
const TALKING = { alice: voices("carol"), carol: voices("alice") };

/** From a closed page to its being noticed, and from there to talking. */
const CLOSED_PAGE_MS = 500 + 100;
/** A killed process says no goodbye: its sockets close, and its sound stops. */
const KILLED_MS = 2_000;
/** From the press of the button; most of it is the browser opening the microphone. */
const ANSWERED_MS = 1_000;
/** Less than this a listener does not notice as a gap in a talk that goes on. */
const UNBROKEN_MS = 60;

describe("the initiator's browser", () => {
  test("is killed in consult: customer and target talk at once, and he may come back", () =>
    Stage.play("initiator killed in consult", EVERYBODY, async (stage) => {
      const { bob, carol } = stage.people;
      await stage.connect();
      await bob.invite("agent-carol");
      await carol.answer();
      await stage.hears("consult", { alice: music, bob: voices("carol"), carol: voices("bob") });
      const { conversation } = await bob.call();

      const killedAt = await bob.browser.kill();
      await stage.hears("after the kill", TALKING);
      const gap = await stage.talkingAfter(killedAt, "alice", "carol");
      stage.measured("kill of the initiator in consult to talking", gap, "ms");
      assert.ok(gap <= KILLED_MS, `talking after ${gap} ms`);
      await stage.shoot("after the kill");

      const again = await stage.enter("bob");
      await again.signInAgain();
      assert.equal((await again.call()).conversation, conversation, "back in the same seat");
      await stage.hears("he is back", {
        alice: voices("bob", "carol"),
        bob: voices("alice", "carol"),
        carol: voices("alice", "bob"),
      });
    }));

  test("is closed in consult: customer and target talk within 600 ms", () =>
    Stage.play("initiator closes the page in consult", EVERYBODY, async (stage) => {
      const { bob, carol } = stage.people;
      await stage.connect();
      await bob.invite("agent-carol");
      await carol.answer();
      await stage.hears("consult", { alice: music, bob: voices("carol"), carol: voices("bob") });

      await bob.page.close();
      const closedAt = Date.now();
      await stage.hears("after the close", TALKING);
      const gap = await stage.talkingAfter(closedAt, "alice", "carol");
      stage.measured("close of the initiator's page in consult to talking", gap, "ms");
      assert.ok(gap <= CLOSED_PAGE_MS, `talking after ${gap} ms`);
    }));

  test("is killed in three-way: customer and target go on talking without a gap", () =>
    Stage.play("initiator killed in three-way", EVERYBODY, async (stage) => {
      const { alice, bob, carol } = stage.people;
      await stage.connect();
      await bob.invite("agent-carol", { way: "conference" });
      await carol.answer();
      await stage.hears("three-way", {
        alice: voices("bob", "carol"),
        bob: voices("alice", "carol"),
        carol: voices("alice", "bob"),
      });

      const killedAt = await bob.browser.kill();
      await stage.hears("after the kill", TALKING);
      const gaps = await Promise.all([
        alice.longestGapOf("carol", killedAt - 200),
        carol.longestGapOf("alice", killedAt - 200),
      ]);
      const gap = Math.max(...gaps);
      stage.measured("longest gap around the kill of the initiator in three-way", gap, "ms");
      assert.ok(gap <= UNBROKEN_MS, `a gap of ${gap} ms`);
      const seat = async () => (await carol.call())?.seats["agent:bob"]?.presence;
      await eventually("his seat is kept", async () => (await seat()) === "reconnecting", 5_000);
    }));

  test("is killed while the target rings: music until she answers, then talking", () =>
    Stage.play("initiator killed while the target rings", EVERYBODY, async (stage) => {
      const { alice, bob, carol } = stage.people;
      await stage.connect();
      await bob.invite("agent-carol");
      await carol.at("accept").waitFor();
      await stage.hears("ringing", { alice: voices("bob"), bob: voices("alice"), carol: silence });

      const killedAt = await bob.browser.kill();
      await stage.hears("after the kill", { alice: music, carol: silence });
      const alone = await alice.longestSilence(killedAt - 200);
      stage.measured("longest silence of the customer around the kill", alone, "ms");
      assert.ok(alone <= KILLED_MS, `${alone} ms of silence`);

      const answeredAt = await carol.answer();
      await stage.hears("after the answer", TALKING);
      const gap = await stage.talkingAfter(answeredAt, "alice", "carol");
      stage.measured("answer of the target to talking", gap, "ms");
      assert.ok(gap <= ANSWERED_MS, `talking after ${gap} ms`);
    }));
});
