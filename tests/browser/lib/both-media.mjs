// A chat and the call beside it, as the pages of those in both know them.
import assert from "node:assert/strict";

/** Each of the two conversations names the other, and the same two people are in both. */
export async function areLinked(agent) {
  const views = await agent.page.evaluate(() => {
    const { calls, chats } = globalThis.trefoil.client;
    const all = [...calls.values(), ...chats.values()].map(({ view }) => view);
    return all.map(({ id, linked, medium, participants }) => {
      return { id, linked, medium, people: participants.map((one) => one.id).toSorted() };
    });
  });
  assert.deepEqual(views.map(({ medium }) => medium).toSorted(), ["chat", "voice"]);
  const [one, other] = views;
  assert.deepEqual([one.linked, other.linked], [other.id, one.id], "each names the other");
  assert.deepEqual(one.people, other.people, "the same people");
}

/** Nobody has needed another connection for the second medium. */
export async function overOneLeg(...people) {
  for (const person of people) {
    assert.equal(await person.connections(), 1, `${person.name} has one peer connection`);
  }
}
