// A team that rings nobody: its agents take the next caller themselves, in the order of arrival.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { guest } from "../lib/guest.mjs";
import { music, silence, voices } from "../lib/hearing.mjs";
import { Customer, eventually } from "../lib/person.mjs";
import { Stage } from "../lib/stage.mjs";

const CONFIG = `
[[team]]
id = "support"
name = "Support"
delivery = "pull"

[[demo.agent]]
id = "bob"
name = "Bob Baker"
teams = ["support"]

[[demo.agent]]
id = "carol"
name = "Carol Chen"
teams = ["support"]
`;

/** The desk of `agent` counts so many who wait. */
function counts(agent, waiting) {
  const shown = () => agent.at("team-support-waiting").getAttribute("data-value");
  const what = `${agent.name} is shown ${waiting} waiting`;
  return eventually(what, async () => (await shown()) === String(waiting));
}

describe("a queue that is fetched from", () => {
  test("rings nobody; who takes the next has who came first, and the other the next", () =>
    Stage.play("take next", ["alice", "bob", "carol"], async (stage) => {
      const { alice, bob, carol } = stage.people;
      await Promise.all([bob.signIn(), carol.signIn()]);
      await counts(bob, 0);
      const next = bob.at("take-next").and(bob.page.locator("[aria-disabled=true]"));
      await next.waitFor();

      await alice.call("support");
      await counts(bob, 1);
      const zoe = await guest(stage, "zoe", "carol", Customer);
      await zoe.call("support");
      await Promise.all([counts(bob, 2), counts(carol, 2)]);
      for (const agent of [bob, carol]) {
        assert.equal(await agent.at("accept").count(), 0, `nothing rings at ${agent.name}`);
      }
      await stage.hears("two wait", { alice: music, zoe: music, bob: silence, carol: silence });
      await stage.shoot("two wait");

      await bob.press("take-next");
      await bob.phase("connected");
      assert.equal(await bob.at("call-name").textContent(), "Alice", "she came first");
      await stage.hears("Bob took the next", {
        alice: voices("bob"),
        bob: voices("alice"),
        zoe: music,
        carol: silence,
      });
      await Promise.all([counts(bob, 1), counts(carol, 1)]);
      await stage.shoot("one is taken");

      await carol.page.keyboard.press("n");
      await carol.phase("connected");
      assert.equal(await carol.at("call-name").textContent(), "Zoe");
      await counts(bob, 0);
      const talking = { alice: voices("bob"), bob: voices("alice") };
      await stage.hears("the other call is as it was", talking);
    }, { config: CONFIG }));
});
