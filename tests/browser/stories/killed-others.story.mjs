// The target's browser dies, or the customer's: whoever is left goes on.
import { describe, test } from "node:test";
import { music, silence, voices } from "../lib/hearing.mjs";
import { eventually } from "../lib/person.mjs";
import { Stage } from "../lib/stage.mjs";

const EVERYBODY = ["alice", "bob", "carol"];
const CONFIG = "[timers]\nagent_grace_s = 4\ncustomer_grace_s = 4\n";

async function presence(agent, who) {
  return (await agent.call())?.seats[who]?.presence;
}

describe("another browser", () => {
  test("is killed in consult, the target's: the customer is resumed once her grace is over", () =>
    Stage.play("target killed in consult", EVERYBODY, async (stage) => {
      const { bob, carol } = stage.people;
      await stage.connect();
      await bob.invite("agent-carol");
      await carol.answer();
      await bob.phase("consult");
      await stage.hears("consult", { alice: music, bob: voices("carol"), carol: voices("bob") });

      await carol.browser.kill();
      const isAway = async () => (await presence(bob, "agent:carol")) === "reconnecting";
      await eventually("her seat is kept", isAway, 3_000);
      await bob.phase("connected");
      await stage.hears("resumed", { alice: voices("bob"), bob: voices("alice") });
    }, { config: CONFIG }));

  test("is killed in three-way, the customer's: the agents go on talking until one leaves", () =>
    Stage.play("customer killed in three-way", EVERYBODY, async (stage) => {
      const { alice, bob, carol } = stage.people;
      await stage.connect();
      await bob.invite("agent-carol", { way: "conference" });
      await carol.answer();
      await bob.phase("three_way");

      await alice.browser.kill();
      const isAway = async () => (await presence(bob, "customer")) === "reconnecting";
      await eventually("the customer's seat is kept", isAway, 3_000);
      await bob.phase("agents_only");
      await stage.hears("agents only", { bob: voices("carol"), carol: voices("bob") });

      await bob.press("leave");
      await bob.at("wrap-up").waitFor();
      await carol.at("wrap-up").waitFor();
      await stage.hears("ended", { bob: silence, carol: silence });
    }, { config: CONFIG }));
});
