// A whole transfer at the desk without a mouse, and pages that assistive technology can read.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { accessible } from "../lib/accessible.mjs";
import { music, silence, voices } from "../lib/hearing.mjs";
import { eventually } from "../lib/person.mjs";
import { Stage } from "../lib/stage.mjs";

const EVERYBODY = ["alice", "bob", "carol"];
const MOST_TABS = 60;

/** Goes on with Tab until `testid`, or something in it, has the focus. */
async function tabTo(person, testid) {
  const reached = () =>
    person.page.evaluate(
      (id) => document.activeElement?.closest(`[data-testid="${id}"]`) !== null,
      testid,
    );
  for (let tabs = 0; tabs < MOST_TABS; tabs += 1) {
    if (await reached()) return;
    await person.page.keyboard.press("Tab");
  }
  assert.fail(`${testid} cannot be reached by Tab`);
}

describe("the desk", () => {
  test("is worked by keys alone: sign in, answer, hold, transfer, complete", () =>
    Stage.play("keyboard only", EVERYBODY, async (stage) => {
      const { alice, bob, carol } = stage.people;
      const keys = bob.page.keyboard;

      await bob.page.goto(`${stage.server.url}/desk/?audio=raw`);
      await bob.at("signin-agent-bob").waitFor();
      await tabTo(bob, "signin-agent-bob");
      await keys.press("Enter");
      await bob.ready();
      await carol.signIn();
      await alice.call("support");

      await bob.at("accept").waitFor();
      await keys.press("a");
      await bob.phase("connected");
      await stage.hears("connected", { alice: voices("bob"), bob: voices("alice") });

      const held = async () => (await bob.call()).seats.customer.held;
      await keys.press("h");
      await eventually("the customer is held", held);
      await stage.hears("held", { alice: music, bob: silence });
      await keys.press("h");
      await eventually("the customer is resumed", async () => !(await held()));

      await keys.press("t");
      await bob.at("transfer-dialog").waitFor();
      await keys.type("carol");
      await tabTo(bob, "target-agent-carol");
      await keys.press("Space");
      await keys.press("Enter");

      await carol.at("accept").waitFor();
      await carol.page.keyboard.press("a");
      await bob.phase("consult");
      await keys.press("c");
      await bob.at("wrap-up").waitFor();
      await carol.phase("connected");
      await stage.hears("after complete", {
        alice: voices("carol"),
        bob: silence,
        carol: voices("alice"),
      });
      await keys.press("f");
      await bob.at("idle").waitFor();
    }));

  test("and the customer's page have no serious accessibility violation", () =>
    Stage.play("accessibility", EVERYBODY, async (stage) => {
      const { alice, bob, carol } = stage.people;
      await alice.page.goto(`${stage.server.url}/customer/`);
      await accessible(alice, "before a call");
      await bob.page.goto(`${stage.server.url}/desk/`);
      await bob.at("signin").waitFor();
      await accessible(bob, "signing in");
      await stage.connect();
      await accessible(alice, "in a call");
      await bob.press("transfer-open");
      await bob.at("transfer-dialog").waitFor();
      await accessible(bob, "choosing a target");
      await bob.press("transfer-back");
      await bob.invite("agent-carol");
      await carol.at("accept").waitFor();
      await accessible(carol, "ringing");
      await carol.answer();
      await bob.phase("consult");
      await accessible(bob, "in consult");
    }));
});
