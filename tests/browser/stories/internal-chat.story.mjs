// An agent asks a colleague in a chat of their own while a customer's waits; then hands it over.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as chat from "../lib/chat.mjs";
import { eventually } from "../lib/person.mjs";
import { Stage } from "../lib/stage.mjs";

const QUESTION = "Alice asks for a second invoice. Is that yours?";
const ANSWER = "Yes, give her to me.";
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

/** The list's entry of the chat with somebody. */
function entry(agent, name) {
  return agent.at("conversations").getByRole("option").filter({ hasText: `Chat with ${name}` });
}

/** The conversation that stands on the stage. */
function onStage(agent) {
  return agent.at("chat").getAttribute("data-conversation");
}

/** Bob asks in vain once; then Carol answers, and neither reads the other's customer. */
async function askEachOther({ alice, bob, carol }) {
  await bob.press("chat-agent:carol");
  await carol.at("decision").getByText("Bob Baker wants to chat with you").waitFor();
  await carol.at("chat-decline-text").fill("In a minute");
  await carol.press("chat-decline");
  await bob.isTold(/Carol Chen.* declined: “In a minute”/);
  await bob.at("conversations").getByText("Carol Chen").waitFor({ state: "detached" });

  await bob.press("chat-agent:carol");
  await chat.acceptsChat(carol);
  await eventually("Bob has it on his stage", async () =>
    (await bob.at("chat-name").textContent()) === "Carol Chen",
  );
  assert.equal(await bob.at("composer-note").count(), 0, "all of it is between agents");
  await chat.writes(bob, QUESTION);
  await chat.writes(alice, "Are you still there?");
  await chat.allRead("Carol reads the question alone", [carol], [QUESTION]);
  await chat.writes(carol, ANSWER);
  await chat.allRead("they talk", [bob, carol], [QUESTION, ANSWER]);
  const unread = () => entry(bob, "Alice").getAttribute("data-unread");
  await eventually("it is seen that the customer waits", async () => (await unread()) === "1");
}

describe("an internal chat", () => {
  test("is asked beside a customer's chat, which is handed over then", () =>
    Stage.play("internal chat", ["alice", "bob", "carol"], async (stage) => {
      const { alice, bob, carol } = stage.people;
      await Promise.all([alice, bob, carol].map(chat.notesPipes));
      await Promise.all([bob.signIn(), carol.signIn()]);
      await chat.opensChat(alice, "support");
      await chat.acceptsChat(bob);
      await chat.writes(alice, "I need the invoice again.");
      await chat.allRead("the customer writes", [bob], ["I need the invoice again."]);
      await askEachOther(stage.people);
      await stage.shoot("they ask each other");

      const internal = await onStage(bob);
      await entry(bob, "Alice").click();
      const before = ["I need the invoice again.", "Are you still there?"];
      await chat.allRead("back to the customer", [bob], before);
      await chat.writes(bob, "Carol will send it.");
      await chat.passesChat(bob, "agent-carol", "blind", "As asked");
      await carol.page.locator('[data-testid^="read-"]').click();
      const said = [...before, "Carol will send it."];
      await chat.allRead("Carol reads before deciding", [carol], said);
      await chat.acceptsChat(carol);
      await chat.takesPart(bob, "listener");
      await bob.press("stop-listening");
      await chat.writes(carol, "It is on its way.");
      await chat.allRead("the customer", [alice], [...said, "It is on its way."]);

      await entry(carol, "Bob").click();
      await chat.allRead("what they asked is where it was", [carol], [QUESTION, ANSWER]);
      assert.equal(await onStage(carol), internal);
      await carol.press("chat-complete");
      await eventually("it is over at both", async () =>
        (await entry(bob, "Carol").count()) === 0 ||
        (await entry(bob, "Carol").textContent()).includes("Over"),
      );
      const came = await chat.cameTo(alice);
      assert.ok(came.includes("It is on its way."), "what came to the customer is known");
      for (const text of [QUESTION, ANSWER]) assert.ok(!came.includes(text), "nor was she told");
      await stage.shoot("handed over");
    }, { config: CONFIG }));
});
