// How many chats an agent has, when a quiet one is over, and to whom a customer comes back.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as chat from "../lib/chat.mjs";
import { guest } from "../lib/guest.mjs";
import { Customer, eventually } from "../lib/person.mjs";
import { Stage } from "../lib/stage.mjs";

const FULL = `
[chat]
per_agent = 2

[[demo.agent]]
id = "bob"
name = "Bob Baker"
teams = ["support"]

[[demo.agent]]
id = "carol"
name = "Carol Chen"
teams = ["billing"]
`;
const QUIET = `
[chat]
idle_s = 6
`;

/** Who waits is told so, and stays told so. */
function waits(customer) {
  return customer.page.locator('[data-testid="chat-state"][data-state="waiting"]').waitFor();
}

async function answered(customer, name) {
  await customer.at("chat-state").getByText(name).waitFor();
}

/** Takes the chat that is offered beside the one on the stage. */
async function takesAnother(agent) {
  await agent.page.locator('[data-testid^="read-"]').click();
  await chat.acceptsChat(agent);
}

describe("the chats of an agent", () => {
  test("are as many as it can have: the next customer waits until one is closed", () =>
    Stage.play("chat capacity", ["alice", "bob", "carol"], async (stage) => {
      const { alice, bob, carol } = stage.people;
      const [ann, ben] = await Promise.all([
        guest(stage, "ann", "alice", Customer),
        guest(stage, "ben", "alice", Customer),
      ]);
      await bob.signIn();
      await chat.opensChat(alice, "support");
      await chat.acceptsChat(bob);
      await chat.opensChat(ann, "support");
      await takesAnother(bob);
      await bob.at("chat-load").getByText("2 of 2 chats").waitFor();

      await chat.opensChat(ben, "support");
      await waits(ben);
      await chat.writes(ben, "Anybody?");
      await bob.page.locator('[data-testid="team-support-chat-waiting"][data-value="1"]').waitFor();
      assert.equal(await bob.page.locator('[data-testid^="offered-"]').count(), 0, "not offered");
      const usable = bob.page.locator(":not([aria-disabled=true])");
      const next = bob.at("take-next-chat-support").and(usable);
      assert.equal(await next.count(), 0, "nor to be fetched");
      // Nor can a colleague give him one more.
      await carol.signIn();
      const toBob = carol.at("chat-agent:bob").and(carol.page.locator("[aria-disabled=true]"));
      await eventually("a colleague sees that he has no room", () => toBob.count());
      await stage.shoot("full");

      await bob.press("chat-complete");
      await takesAnother(bob);
      await answered(ben, "Bob");
      await chat.allRead("what was written while it waited", [bob, ben], ["Anybody?"]);
    }, { config: FULL }));

  test("end when nobody writes; who comes back gets its last agent, or the queue without it", () =>
    Stage.play("chat reopened", ["alice", "bob", "carol"], async (stage) => {
      const { alice, bob, carol } = stage.people;
      await bob.signIn();
      await chat.opensChat(alice, "support");
      await chat.acceptsChat(bob);
      await chat.writes(alice, "One question.");
      await chat.writes(bob, "Yes?");
      await alice.at("chat-end").getByText(/nobody wrote/i).waitFor();
      await bob.isTold(/Nobody wrote for too long/);
      await stage.shoot("quiet for too long");
      if (await bob.at("chat-close").count()) await bob.press("chat-close");

      // Carol is free as well, and Bob is asked: he knows her.
      await carol.signIn();
      await alice.press("write-again");
      await chat.acceptsChat(bob);
      assert.equal(await carol.at("chat-accept").count(), 0, "nobody else is asked");
      await answered(alice, "Bob");
      await chat.writes(alice, "It was this.");
      const said = ["One question.", "Yes?", "It was this."];
      await chat.allRead("all of it is there", [alice, bob], said);
      await chat.endsChat(alice);

      await bob.press("status");
      await bob.press("status-break");
      await bob.page.locator('[data-testid="status"][data-chat-status="away"]').waitFor();
      await alice.press("write-again");
      await chat.acceptsChat(carol);
      await answered(alice, "Carol");
      await chat.writes(alice, "And this.");
      await chat.allRead("who has it now reads it all", [alice, carol], [...said, "And this."]);
      await stage.shoot("another agent");
    }, { config: QUIET }));
});
