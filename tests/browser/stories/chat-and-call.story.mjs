// One customer on two media: a chat is raised to a call, a call gets its chat; the same people over
// the same leg, and each ends by itself.
import { describe, test } from "node:test";
import { areLinked, overOneLeg } from "../lib/both-media.mjs";
import * as chat from "../lib/chat.mjs";
import { music, silence, voices } from "../lib/hearing.mjs";
import { eventually } from "../lib/person.mjs";
import { Stage } from "../lib/stage.mjs";

const EVERYBODY = ["alice", "bob", "carol"];

/** The list's entry of the chat, or the call, with this customer. */
function entry(agent, medium) {
  return agent.page.locator(`[data-testid^="conversation-"][data-medium="${medium}"]`);
}

/** They talk, and write to each other meanwhile. */
async function talkAndWrite(stage, before) {
  const { alice, bob } = stage.people;
  await stage.hears("a call and its chat", { alice: voices("bob"), bob: voices("alice") });
  await areLinked(bob);
  await overOneLeg(alice, bob);
  await entry(bob, "chat").click();
  await bob.at("call-bar").waitFor();
  await alice.at("call-bar").waitFor();
  await chat.writes(bob, "I hear you.");
  await chat.writes(alice, "And I you: 4711.");
  const said = [...before, "I hear you.", "And I you: 4711."];
  await chat.allAgree("they write while they talk", [alice, bob], before, said.slice(-2));
  return (await chat.log(bob)).texts;
}

/** Alice has a chat with Bob, and calls from it. */
async function raisesToACall(stage) {
  const { alice, bob } = stage.people;
  await bob.signIn();
  await chat.opensChat(alice, "support");
  await chat.acceptsChat(bob);
  await chat.writes(alice, "May I call you?");
  await chat.allRead("the customer writes", [bob], ["May I call you?"]);
  await alice.press("raise");
  await bob.at("accept").waitFor();
  await stage.shoot("the chat calls");
  await bob.answer();
}

/** @param {Stage} stage */
async function fromAChat(stage) {
  const { alice, bob } = stage.people;
  await raisesToACall(stage);
  const said = await talkAndWrite(stage, ["May I call you?"]);
  await stage.shoot("talking and writing");

  // The call ends by itself: the chat goes on, beside the wrap-up of the call.
  await alice.press("hang-up");
  await alice.at("call-bar").waitFor({ state: "detached" });
  await bob.at("wrap-up-bar").waitFor();
  await chat.writes(bob, "Goodbye then.");
  await chat.allRead("the chat goes on", [alice, bob], [...said, "Goodbye then."]);
  await bob.press("wrap-up-finish");

  // And it can be raised again; then the chat ends by itself, and the call goes on.
  await alice.press("raise");
  await bob.answer();
  await stage.hears("called again", { alice: voices("bob"), bob: voices("alice") });
  await overOneLeg(alice, bob);
  await alice.press("end-chat");
  await eventually("the chat is over", async () => (await alice.at("composer-text").count()) === 0);
  await stage.hears("the call goes on", { alice: voices("bob"), bob: voices("alice") });
  await stage.shoot("the call goes on");
  await bob.press("complete");
  await bob.at("wrap-up").waitFor();
}

/** Bob hands the call to Carol, having talked to her; its chat stays his until he hands it over. */
async function handsOverBoth(stage, said) {
  const { alice, bob, carol } = stage.people;
  await carol.signIn();
  await bob.press("call-bar-show");
  await bob.invite("agent-carol", { note: "With her chat" });
  await carol.answer();
  await bob.phase("consult");
  await stage.hears("consult", { alice: music, bob: voices("carol"), carol: voices("bob") });
  await entry(bob, "chat").click();
  await chat.writes(alice, "Do you hear music too?");
  const more = [...said, "Do you hear music too?"];
  await chat.allRead("the chat does not care", [alice, bob], more);
  await bob.press("call-bar-show");
  await bob.press("complete");
  await carol.phase("connected");
  const over = { alice: voices("carol"), bob: silence, carol: voices("alice") };
  await stage.hears("handed over", over);
  await entry(bob, "chat").click();
  await chat.writes(bob, "Carol has you on the line; I give her this chat as well.");
  await chat.passesChat(bob, "agent-carol", "blind");
  await carol.page.locator('[data-testid^="read-"]').click();
  await chat.acceptsChat(carol);
  const last = "Carol has you on the line; I give her this chat as well.";
  await chat.allRead("Carol has both", [alice, carol], [...more, last]);
  await areLinked(carol);
  await overOneLeg(alice, carol);
  await bob.press("stop-listening");
}

/** Alice opens the chat of her call herself: it is Bob's at once, and he need not accept it. */
async function byTheCustomer(stage) {
  const { alice, bob } = stage.people;
  await bob.signIn();
  await alice.call("support");
  await bob.answer();
  await stage.hears("a call", { alice: voices("bob"), bob: voices("alice") });
  await alice.press("raise");
  await alice.at("composer-text").waitFor();
  await chat.takesPart(bob, "member");
  await talkAndWrite(stage, []);
  await stage.shoot("opened by the customer");
  await alice.press("hang-up");
  await bob.at("wrap-up-bar").waitFor();
  await chat.writes(alice, "Thank you.");
  await alice.press("end-chat");
  await alice.at("chat-end").waitFor();
}

/** @param {Stage} stage */
async function fromACall(stage) {
  const { alice, bob, carol } = stage.people;
  await bob.signIn();
  await alice.call("support");
  await bob.answer();
  await stage.hears("a call", { alice: voices("bob"), bob: voices("alice") });
  await bob.press("raise");
  await chat.takesPart(bob, "member");
  await alice.at("composer-text").waitFor();
  const said = await talkAndWrite(stage, []);
  await stage.shoot("the call has its chat");
  await handsOverBoth(stage, said);
  await stage.shoot("both handed over");
  await carol.press("call-bar-show");
  await carol.press("complete");
  await carol.at("wrap-up").or(carol.at("wrap-up-bar")).first().waitFor();
  await chat.writes(alice, "Thank you both.");
  await alice.press("end-chat");
  await alice.at("chat-end").waitFor();
}

describe("a chat and its call", () => {
  test("raised by the customer: one leg, the same people; each ends by itself", () =>
    Stage.play("a chat raised to a call", EVERYBODY.slice(0, 2), fromAChat));

  test("opened by the customer in a call: it is with who answers the call, and outlasts it", () =>
    Stage.play("a call that is written in", EVERYBODY.slice(0, 2), byTheCustomer));

  test("opened by the agent in a call, kept through a warm transfer, handed over after it", () =>
    Stage.play("a call with its chat", EVERYBODY, fromACall));
});
