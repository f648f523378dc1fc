// The main job: a customer is brought to the right agent, and hears what behaviour says throughout.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { music, ringback, silence, voices } from "../lib/hearing.mjs";
import { eventually } from "../lib/person.mjs";
import { Stage } from "../lib/stage.mjs";

const DESK_PICTURE = fileURLToPath(new URL("../../../docs/desk.png", import.meta.url));
const NOTE = "Charged twice in March; has the receipts.";
const EVERYBODY = ["alice", "bob", "carol"];

describe("warm transfer", () => {
  test("everybody hears exactly whom they should, in every phase up to the hand-over", () =>
    Stage.play("warm transfer", EVERYBODY, async (stage) => {
      const { alice, bob, carol } = stage.people;
      await bob.signIn();
      await carol.signIn();

      await alice.call("support");
      await bob.at("accept").waitFor();
      await stage.shoot("waiting");
      await stage.hears("waiting", { alice: music, bob: silence, carol: silence });

      const answeredAt = await bob.answer();
      await bob.phase("connected");
      const connected = { alice: voices("bob"), bob: voices("alice"), carol: silence };
      await stage.hears("connected", connected);
      const talking = await stage.talkingAfter(answeredAt, "alice", "bob");
      stage.measured("answer of a call to talking", talking, "ms");
      await stage.shoot("connected");
      for (const person of [alice, bob]) {
        assert.ok(await person.playsAloud(), `${person.name}'s page plays what arrives`);
      }
      const { conversation } = await bob.call();

      await bob.invite("agent-carol", { note: NOTE });
      await carol.at("accept").waitFor();
      await bob.phase("ringing");
      assert.ok((await carol.at("incoming-note").textContent()).includes(NOTE));
      await stage.shoot("ringing");
      await stage.hears("ringing", connected);

      await carol.answer();
      await bob.phase("consult");
      await stage.hears("consult", { alice: music, bob: voices("carol"), carol: voices("bob") });
      await stage.shoot("consult");
      if (process.env.DESK_PICTURE) {
        await bob.page.setViewportSize({ width: 1280, height: 840 });
        await bob.page.screenshot({ path: DESK_PICTURE });
      }

      await bob.press("swap");
      await bob.phase("back_with_customer");
      await stage.hears("back with the customer", {
        alice: voices("bob"),
        bob: voices("alice"),
        carol: music,
      });
      await stage.shoot("back with the customer");

      await bob.press("merge");
      await bob.phase("three_way");
      await stage.hears("three-way", {
        alice: voices("bob", "carol"),
        bob: voices("alice", "carol"),
        carol: voices("alice", "bob"),
      });
      await stage.shoot("three-way");

      await bob.press("complete");
      await carol.phase("connected");
      await stage.hears("after complete", {
        alice: voices("carol"),
        bob: silence,
        carol: voices("alice"),
      });
      await stage.shoot("after complete");
      assert.equal((await carol.call()).conversation, conversation, "it is the same conversation");
      await bob.at("wrap-up").waitFor();

      await carol.press("leave");
      await carol.at("wrap-up").waitFor();
      await stage.hears("ended", { alice: silence, bob: silence, carol: silence });
    }));

  test("with the customer on hold while it rings, and the agent leaving by the button", () =>
    Stage.play("warm transfer on hold", EVERYBODY, async (stage) => {
      const { bob, carol } = stage.people;
      await stage.connect();

      await bob.invite("agent-carol", { holdNow: true });
      await carol.at("accept").waitFor();
      await bob.phase("ringing");
      await stage.hears("ringing, customer held", { alice: music, bob: ringback, carol: silence });
      await stage.shoot("ringing customer held");

      await carol.answer();
      await stage.hears("consult", { alice: music, bob: voices("carol"), carol: voices("bob") });

      await bob.press("leave");
      await carol.phase("connected");
      await stage.hears("after leave", {
        alice: voices("carol"),
        bob: silence,
        carol: voices("alice"),
      });
    }));

  test("a blind transfer: music until the target answers, then talking", () =>
    Stage.play("blind transfer", EVERYBODY, async (stage) => {
      const { bob, carol } = stage.people;
      await stage.connect();

      await bob.invite("agent-carol", { way: "blind" });
      await carol.at("accept").waitFor();
      await stage.hears("handed over", { alice: music, bob: silence, carol: silence });

      await carol.answer();
      await stage.hears("after the answer", {
        alice: voices("carol"),
        bob: silence,
        carol: voices("alice"),
      });
    }));

  test("hold is deaf and mute both ways, mute is one way", () =>
    Stage.play("hold and mute", ["alice", "bob"], async (stage) => {
      const { bob } = stage.people;
      await stage.connect();

      await bob.pressAtCustomer("hold");
      await eventually("the customer is held", async () => (await bob.call()).seats.customer.held);
      await stage.hears("held", { alice: music, bob: silence });

      await bob.pressAtCustomer("resume");
      await stage.hears("resumed", { alice: voices("bob"), bob: voices("alice") });

      await bob.press("mute");
      await stage.hears("agent muted", { alice: silence, bob: voices("alice") });
      await bob.press("mute");
      await stage.hears("agent unmuted", { alice: voices("bob"), bob: voices("alice") });
    }));
});
