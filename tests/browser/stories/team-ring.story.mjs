// A team is called: its agents ring one after another, or all at once, until somebody answers.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { guest } from "../lib/guest.mjs";
import { music, silence, voices } from "../lib/hearing.mjs";
import { eventually } from "../lib/person.mjs";
import { Stage } from "../lib/stage.mjs";

const EVERYBODY = ["alice", "bob", "carol"];
/** Long enough for what a story does while it rings, on a slow machine too. */
const RING_S = 12;
const SOON_MS = 5_000;
/** A ring runs out, and the desks show it. */
const RUNG_MS = RING_S * 1_000 + SOON_MS;
/** A busy machine drops some sound; who is put aside for a ring misses more than this. */
const UNBROKEN_MS = 300;
const TEAMS = `
[[team]]
id = "support"
name = "Support"

[[team]]
id = "billing"
name = "Billing"

[[team]]
id = "sales"
name = "Sales"
ringing = "all_at_once"

[[demo.agent]]
id = "bob"
name = "Bob Baker"
teams = ["support"]

[[demo.agent]]
id = "carol"
name = "Carol Chen"
teams = ["billing", "sales"]

[[demo.agent]]
id = "dave"
name = "Dave Diaz"
teams = ["billing", "sales"]

[[demo.agent]]
id = "erin"
name = "Erin Ek"
teams = ["billing", "sales"]
`;
const TIMERS = `[timers]\nring_s = ${RING_S}\nwrap_up_s = 1\n`;
const TALKING = { alice: voices("bob"), bob: voices("alice") };
const CONSULT = { alice: music, bob: voices("carol"), carol: voices("bob") };

/** Everybody signs in, Erin as the first of her team and Carol as the last; Bob has a customer. */
async function begin(stage) {
  const { alice, bob, carol } = stage.people;
  const erin = await guest(stage, "erin", "carol");
  const dave = await guest(stage, "dave", "carol");
  await bob.signIn();
  // Who is idle longest is rung first.
  await erin.signIn();
  await dave.signIn();
  await carol.signIn();
  await alice.call("support");
  await bob.answer();
  await stage.hears("connected", TALKING);
  return { ...stage.people };
}

/** Only `who` of the team is rung. */
async function onlyRings({ carol, dave, erin }, who, withinMs = SOON_MS) {
  await who.at("accept").waitFor({ timeout: withinMs });
  for (const other of [carol, dave, erin]) {
    if (other !== who) assert.equal(await other.at("accept").count(), 0, `not at ${other.name}`);
  }
}

describe("a team", () => {
  test("is rung one after another: declined, not answered, answered; then for a caller", () =>
    Stage.play("team rung one after another", EVERYBODY, async (stage) => {
      const people = await begin(stage);
      const { alice, bob, carol, dave, erin } = people;
      const invitedAt = Date.now();
      await bob.invite("team-billing");
      await onlyRings(people, erin);
      await erin.decline("Out for lunch");
      await bob.isTold(/Erin Ek.* declined: “Out for lunch”/, SOON_MS);
      await onlyRings(people, dave);
      assert.equal((await bob.call()).offer.name, "Dave Diaz", "the desk shows who rings now");
      await stage.hears("another rings", { ...TALKING, dave: silence, carol: silence });
      const gap = await alice.longestGapOf("bob", invitedAt);
      stage.measured("longest gap for the customer while the team rings", gap, "ms");
      assert.ok(gap <= UNBROKEN_MS, `a gap of ${gap} ms`);

      await bob.isTold(/Dave Diaz.* did not answer/, RUNG_MS);
      await onlyRings(people, carol);
      await carol.answer();
      await bob.phase("consult");
      await dave.isTold(/You missed a call/, SOON_MS);
      await stage.hears("consult", { ...CONSULT, erin: silence, dave: silence });
      await bob.press("complete");
      await stage.hears("transferred", { alice: voices("carol"), carol: voices("alice") });
      await alice.press("hang-up");
      await carol.at("idle").waitFor();
      await callsTheTeam(stage, people);
    }, { config: TIMERS + TEAMS }));

  test("is rung all at once: who answers has it, the others are told who", () =>
    Stage.play("team rung all at once", EVERYBODY, async (stage) => {
      const { bob, carol, dave, erin } = await begin(stage);
      await bob.invite("team-sales");
      await Promise.all([carol, dave, erin].map((one) => one.at("accept").waitFor()));
      await erin.decline("In a meeting");
      await bob.isTold(/Erin Ek.* declined: “In a meeting”/, SOON_MS);
      await erin.ringsNoMore(SOON_MS);
      assert.equal(await dave.at("accept").count(), 1, "it rings on at the others");

      await carol.answer();
      await bob.phase("consult");
      await dave.isTold(/Carol Chen took the call/, SOON_MS);
      await dave.ringsNoMore(SOON_MS);
      await stage.hears("consult", { ...CONSULT, dave: silence, erin: silence });
    }, { config: TEAMS }));
});

/** A caller for the team: whoever is idle longest first; who misses a second call is away. */
async function callsTheTeam(stage, people) {
  const { alice, carol, dave, erin } = people;
  await alice.call("billing");
  await onlyRings(people, erin);
  await erin.decline("Still out");
  await onlyRings(people, dave);
  await stage.hears("a caller waits", { alice: music, dave: silence, carol: silence });
  const waitsSince = Date.now();
  await onlyRings(people, carol, RUNG_MS);
  await carol.answer();
  const talking = { alice: voices("carol"), carol: voices("alice") };
  await stage.hears("answered", { ...talking, dave: silence, erin: silence });
  const silent = await alice.longestSilence(waitsSince);
  stage.measured("longest silence of the caller while the team rings", silent, "ms");
  assert.ok(silent <= UNBROKEN_MS, `${silent} ms of silence`);

  await dave.isTold(/Two calls in a row went unanswered, so you were set to away/, SOON_MS);
  const status = () => dave.at("status").getAttribute("data-status");
  await eventually("Dave is away", async () => (await status()) === "away", SOON_MS);
}
