// One agent calls another: the two talk, and one who leaves ends it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { music, ringback, silence, voices } from "../lib/hearing.mjs";
import { eventually } from "../lib/person.mjs";
import { Stage } from "../lib/stage.mjs";

const SOON_MS = 5_000;
const CONFIG = `
[[demo.agent]]
id = "bob"
name = "Bob Baker"
teams = ["support"]

[[demo.agent]]
id = "carol"
name = "Carol Chen"
teams = ["billing"]
`;

/** Neither is in a call or in wrap-up. */
function areFree(...agents) {
  return Promise.all(agents.map((agent) => agent.at("idle").waitFor()));
}

describe("an internal call", () => {
  test("rings at the colleague, is declined, answered, heard both ways, ended by either", () =>
    Stage.play("internal call", ["alice", "bob", "carol"], async (stage) => {
      const { alice, bob, carol } = stage.people;
      await Promise.all([bob.signIn(), carol.signIn()]);
      await bob.press("call-agent:carol");
      await carol.at("accept").waitFor();
      await carol.at("incoming").getByText("internal call").waitFor();
      assert.equal(await carol.at("incoming-name").textContent(), "Bob Baker");
      await stage.hears("it rings", { bob: ringback, carol: silence });
      await stage.shoot("it rings");
      await carol.decline("In a minute");
      await bob.isTold(/Carol Chen.* declined: “In a minute”/, SOON_MS);
      await areFree(bob, carol);

      await bob.press("call-agent:carol");
      await carol.answer();
      await stage.hears("they talk", { bob: voices("carol"), carol: voices("bob") });
      assert.equal(await bob.at("transfer-open").count(), 0, "nobody else is brought in");
      await stage.shoot("they talk");

      // Whoever calls meanwhile waits, and is rung for as soon as the two are done.
      await alice.call("support");
      await stage.hears("a customer waits", {
        alice: music,
        bob: voices("carol"),
        carol: voices("bob"),
      });
      await carol.press("leave");
      await carol.at("idle").waitFor();
      await bob.at("accept").waitFor();
      await bob.answer();
      await stage.hears("the customer is served", {
        alice: voices("bob"),
        bob: voices("alice"),
        carol: silence,
      });
      const busy = carol.at("call-agent:bob").and(carol.page.locator("[aria-disabled=true]"));
      await eventually("who talks is not called", () => busy.count());
    }, { config: CONFIG }));
});
