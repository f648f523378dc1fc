import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";

/**
 * The types of the SDK are written by hand, to be read. This compares their names with the schema
 * that the server's own types give.
 */

const read = (/** @type {string} */ path) => readFile(new URL(path, import.meta.url), "utf8");
const types = await read("../client/types.js");
/** @type {Record<string, any>} */
const schema = JSON.parse(await read("../../docs/protocol.schema.json"))["$defs"];

/** Each object of the wire, and what the SDK calls it. */
const OBJECTS = {
  Action: "Action",
  AgentView: "DeskAgent",
  CallOfferView: "OfferedCall",
  ConversationView: "ConversationView",
  DeskView: "DeskView",
  EndedView: "Ended",
  HearingView: "Hearing",
  ObserverView: "Observer",
  OfferView: "Offer",
  OngoingView: "Ongoing",
  ParticipantView: "Participant",
  SelfView: "DeskYou",
  StayView: "Stay",
  TeamView: "DeskTeam",
  WaitView: "Wait",
};

/** @param {string} name */
function propertiesOf(name) {
  const block = types.split(/(?= \* @typedef)/).find((one) => one.includes(`{object} ${name}`));
  const found = (block ?? "").matchAll(/@property \{.*?\} \[?(\w+)\]?/g);
  return [...found].map(([, property]) => property).toSorted();
}

/**
 * The words in the type of that name, which is one of several.
 *
 * @param {string} name
 */
function wordsOf(name) {
  const block = types.split(/(?= \* @typedef)/).find((one) => one.includes(`} ${name}\n`)) ?? "";
  return [...block.matchAll(/"(\w+)"/g)].map(([, word]) => word).toSorted();
}

/**
 * @param {any} definition of several kinds, told apart by one property
 * @param {string} by
 */
function kindsOf(definition, by) {
  const kinds = definition.oneOf.map((/** @type {any} */ one) => one.properties[by].const);
  return [...new Set(kinds)].toSorted();
}

describe("the types of the SDK", () => {
  for (const [wire, ours] of Object.entries(OBJECTS)) {
    test(`${ours} has what the server sends as ${wire}`, () => {
      assert.deepEqual(propertiesOf(ours), Object.keys(schema[wire].properties).toSorted());
    });
  }

  test("know every kind of notice, and what it carries", () => {
    assert.deepEqual(wordsOf("NoticeKind"), kindsOf(schema["Notice"], "kind"));
    const carried = schema["Notice"].oneOf.flatMap((/** @type {any} */ one) =>
      Object.keys(one.properties),
    );
    assert.deepEqual(propertiesOf("Notice"), [...new Set(carried)].toSorted());
  });

  test("know every action", () => {
    const names = schema["ActionName"].oneOf ?? [];
    const actions = names.map((/** @type {any} */ one) => one.const);
    assert.deepEqual(wordsOf("ActionName"), (schema["ActionName"].enum ?? actions).toSorted());
  });

  test("know every command", () => {
    const block = types.slice(types.indexOf('{ name: "connect_leg"'));
    for (const name of kindsOf(schema["Command"], "name")) {
      assert.ok(block.includes(`"${name}"`), `${name} is missing`);
    }
  });
});
