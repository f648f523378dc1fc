// An invitation that comes to nothing: the customer is back with the agent, by itself.
import { describe, test } from "node:test";
import { music, ringback, silence, voices } from "../lib/hearing.mjs";
import { eventually } from "../lib/person.mjs";
import { Stage } from "../lib/stage.mjs";

const EVERYBODY = ["alice", "bob", "carol"];
const RINGING = { alice: music, bob: ringback, carol: silence };
const CONNECTED = { alice: voices("bob"), bob: voices("alice"), carol: silence };
const RING_S = 9;
const CONFIG = `[timers]\nring_s = ${RING_S}\n`;

function withdrawn(carol) {
  return eventually("nothing rings at the target", async () => !(await carol.at("accept").count()));
}

/** Bob is told of the outcome, and nothing rings any more. */
async function fails(stage, words) {
  const { bob, carol } = stage.people;
  await bob.phase("connected", (RING_S + 3) * 1_000);
  await withdrawn(carol);
  if (words) await bob.at("toasts").getByText(words).first().waitFor();
  await stage.hears("customer resumed", CONNECTED);
}

async function ring(stage) {
  const { bob, carol } = stage.people;
  await stage.connect();
  await bob.invite("agent-carol", { holdNow: true });
  await carol.at("accept").waitFor();
}

describe("an invitation", () => {
  test("is declined with a reason", () =>
    Stage.play("declined invitation", EVERYBODY, async (stage) => {
      const { carol } = stage.people;
      await ring(stage);
      await carol.press("decline-with-reason");
      await carol.at("decline-text").fill("Out for lunch");
      await carol.press("decline-submit");
      await fails(stage, /Out for lunch/);
    }));

  test("is not answered", () =>
    Stage.play("unanswered invitation", EVERYBODY, async (stage) => {
      await ring(stage);
      await stage.hears("ringing", RINGING);
      await fails(stage, /Carol/);
    }, { config: CONFIG }));

  test("is cancelled", () =>
    Stage.play("cancelled invitation", EVERYBODY, async (stage) => {
      await ring(stage);
      await stage.people.bob.press("cancel");
      await fails(stage);
    }));

  test("ends with the call when the customer hangs up", () =>
    Stage.play("customer hangs up while it rings", EVERYBODY, async (stage) => {
      const { alice, bob, carol } = stage.people;
      await ring(stage);
      await alice.press("hang-up");
      await alice.at("end-reason").waitFor();
      await withdrawn(carol);
      await bob.at("wrap-up").waitFor();
      await carol.at("idle").waitFor();
      await stage.hears("nobody is connected to nobody", { bob: silence, carol: silence });
    }));
});
