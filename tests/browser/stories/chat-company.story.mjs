// Who leaves a chat leaves it to somebody who is there: a colleague whose connection is lost is
// nobody, and one who was removed is out.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as chat from "../lib/chat.mjs";
import { eventually } from "../lib/person.mjs";
import { Stage } from "../lib/stage.mjs";

/** Waits until leaving is offered at this desk, or is not. */
function mayLeave(agent, may) {
  const offered = async () => ((await agent.at("chat-leave").count()) > 0) === may;
  return eventually(`${agent.name} ${may ? "may" : "may not"} leave`, offered, 20_000);
}

/** Whether the seat of the colleague is marked as lost, or there. */
function isSeen(agent, colleague, presence) {
  const seat = `[data-testid="chat-person-agent:${colleague}"][data-presence="${presence}"]`;
  return agent.page.locator(seat).waitFor({ timeout: 20_000 });
}

/** All three write at the same time, and read the same in the same order. */
async function threeWrite({ alice, bob, carol }, before, round) {
  const people = [alice, bob, carol];
  const said = people.map(({ name }) => `${round}, says ${name}`);
  await Promise.all(people.map((person, i) => chat.writes(person, said[i])));
  return chat.allAgree(round, people, before, said);
}

describe("a colleague in a chat", () => {
  test("is left the chat while it is there: not once its browser is gone, nor removed", () =>
    Stage.play("chat company", ["alice", "bob", "carol"], async (stage) => {
      const { alice, bob } = stage.people;
      await bob.signIn();
      await chat.opensChat(alice, "support");
      await chat.acceptsChat(bob);
      await mayLeave(bob, false);
      await stage.people.carol.signIn();
      await chat.passesChat(bob, "agent-carol", "conference");
      await stage.people.carol.at("chat-accept").waitFor();
      await mayLeave(bob, false);
      await chat.acceptsChat(stage.people.carol);
      await mayLeave(bob, true);
      await mayLeave(stage.people.carol, true);
      const first = await threeWrite(stage.people, [], "First");

      await stage.people.carol.browser.kill();
      await isSeen(bob, "carol", "reconnecting");
      await mayLeave(bob, false);
      await stage.shoot("the colleague is lost");
      await chat.writes(alice, "Is Carol gone?");
      const carol = await stage.enter("carol");
      await chat.signsInAgain(carol);
      await isSeen(bob, "carol", "joined");
      await mayLeave(bob, true);
      const before = [...first, "Is Carol gone?"];
      await chat.allRead("who is back reads it all", [alice, bob, carol], before);
      const second = await threeWrite(stage.people, before, "Second");

      await bob.press("remove-agent:carol");
      await carol.isTold(/Bob Baker has taken you out of the chat/);
      await chat.takesPart(carol, "closed");
      await mayLeave(bob, false);
      await chat.writes(bob, "We two again.");
      await chat.allRead("the two go on", [alice, bob], [...second, "We two again."]);
      assert.ok(!(await chat.log(carol)).texts.includes("We two again."), "Carol is out of it");
      await stage.shoot("the colleague is removed");
    }));
});
