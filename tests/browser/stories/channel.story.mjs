// The page of a channel: its own texts, its team, and what the operator changes about it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { music, silence, voices } from "../lib/hearing.mjs";
import { eventually } from "../lib/person.mjs";
import { Stage } from "../lib/stage.mjs";

const GREETING = "Welcome to the shop!";
const WAITING = "You are number {position} at the counter.";
const SOON_MS = 5_000;

/** The operator opens a shop whose calls billing answers. */
async function opensShop({ server }) {
  const add = ["channel", "add", "shop", "--name", "The shop", "--medium", "voice"];
  const texts = ["--text", `greeting=${GREETING}`, "--text", `waiting=${WAITING}`];
  await server.operator([...add, "--team", "billing", ...texts]);
}

/** The page says `words`. */
function says(alice, testid, words) {
  const shown = async () => (await alice.at(testid).textContent())?.includes(words);
  return eventually(`${testid} says ${words}`, shown, SOON_MS);
}

describe("a channel", () => {
  test("greets in its own words, leads to its team, and is closed while it is off", () =>
    Stage.play("channel", ["alice", "bob", "carol"], async (stage) => {
      const { alice, bob, carol } = stage.people;
      await opensShop(stage);
      await bob.signIn();
      await alice.openChannel("shop");
      await says(alice, "greeting", GREETING);
      await alice.page.getByRole("heading", { name: "The shop" }).waitFor();
      assert.equal(await alice.at("team").count(), 0, "there is nothing to choose");
      await stage.shoot("greeted");

      await alice.press("call");
      await says(alice, "line", "You are number 1 at the counter.");
      await stage.hears("it waits for the channel's team", { alice: music, bob: silence });
      assert.equal(await bob.at("accept").count(), 0, "Bob is of another team");
      await stage.shoot("waiting");
      await carol.signInToRing();
      await carol.answer();
      await stage.hears("the channel's team answers", {
        alice: voices("carol"),
        carol: voices("alice"),
        bob: silence,
      });
      await alice.press("hang-up");
      await alice.at("end-reason").waitFor();

      // The running server notices by itself what was changed beside it.
      await stage.server.operator(["channel", "change", "shop", "--off"]);
      await eventually("the channel is off", async () => {
        const told = await fetch(`${stage.server.url}/v1/channels/shop`);
        return !told.ok || (await told.json()).enabled === false;
      }, SOON_MS);
      await alice.openChannel("shop");
      await alice.press("call");
      await says(alice, "call-error", "switched off");
      await stage.shoot("switched off");
      assert.equal(await carol.at("accept").count(), 0, "it rings nowhere");
    }));
});
