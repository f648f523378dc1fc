// A page's packets come from another address in the middle of a call, as when a phone changes from
// one network to another or a NAT forgets: the talk goes on.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { voices } from "../lib/hearing.mjs";
import { Relay } from "../lib/relay.mjs";
import { Stage } from "../lib/stage.mjs";

const TALKING = { alice: voices("bob"), bob: voices("alice") };
/** The server follows whoever talks. */
const FOLLOWED_MS = 1_000;
/** Long enough for the sound after the move to be heard for good. */
const AFTER_MS = 2_500;

/** `name`'s page gets another address; nobody may be unheard for longer than FOLLOWED_MS. */
async function moves(stage, name, relay) {
  const { alice, bob } = stage.people;
  const legs = await stage.people[name].connections();
  const movedAt = Date.now();
  await relay.move();
  await sleep(AFTER_MS);
  const gaps = {
    alice: await alice.longestGapOf("bob", movedAt - 200),
    bob: await bob.longestGapOf("alice", movedAt - 200),
  };
  await stage.hears(`after ${name}'s address changed`, TALKING);
  for (const [listener, gap] of Object.entries(gaps)) {
    stage.measured(`${name}'s address changed: ${listener} hears nothing for`, gap, "ms");
    assert.ok(gap <= FOLLOWED_MS, `${listener} heard nothing for ${gap} ms`);
  }
  assert.equal(await stage.people[name].connections(), legs, "over the same leg");
}

describe("an address changes in a call", () => {
  test("the customer's, then the agent's: both are heard again within a second", () =>
    Stage.play("moved address", ["alice", "bob"], async (stage) => {
      const relays = {};
      try {
        for (const name of ["alice", "bob"]) {
          relays[name] = await Relay.open(stage.server.mediaPorts);
          await relays[name].guide(stage.people[name].page.context());
        }
        await stage.connect();
        await stage.hears("connected", TALKING);
        await moves(stage, "alice", relays.alice);
        await moves(stage, "bob", relays.bob);
        await moves(stage, "alice", relays.alice);
      } finally {
        for (const relay of Object.values(relays)) relay.close();
      }
    }));
});
