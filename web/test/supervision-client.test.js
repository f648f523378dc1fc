import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { beforeEach, describe, mock, test } from "node:test";
import { FakeDevices, FakePeer, FakeSocket, settled } from "./fakes.js";
import { answered, lastCommand, shown, signedIn } from "./session.js";
import { ALICE, BOB, CAROL, EVE, observed, seat, view } from "./story.js";
/** @import { Client } from "../client/index.js" */

const EVE_HERSELF = { person: { id: EVE, role: "agent", name: "Eve", teams: [] } };

let devices = new FakeDevices();

const signsIn = () => signedIn(EVE_HERSELF, { mediaDevices: devices });

/** Whether anything that is said goes out. */
function isSending() {
  const track = /** @type {{ enabled: boolean } | null} */ (FakePeer.last.track);
  return track !== null && track.enabled;
}

describe("a supervisor's session", () => {
  beforeEach(() => {
    FakeSocket.all = [];
    FakePeer.all = [];
    devices = new FakeDevices();
    mock.timers.reset();
    mock.timers.enable({ apis: ["setTimeout"] });
  });

  /** @type {readonly (readonly [string, (client: Client) => Promise<unknown>, object])[]} */
  const COMMANDS = [
    ["monitors", (c) => c.monitor("c1"), { name: "monitor", conversation: "c1" }],
    ["coaches", (c) => c.coach("c1", "bob"), { name: "coach", conversation: "c1", agent: "bob" }],
    ["barges in", (c) => c.barge("c1"), { name: "barge", conversation: "c1" }],
    ["stops", (c) => c.stopObserving("c1"), { name: "stop_observing", conversation: "c1" }],
    ["takes over", (c) => c.takeOver("c1"), { name: "take_over", conversation: "c1" }],
    [
      "transfers on behalf of the agent",
      (c) => c.transferOnBehalf("c1", { team: "billing" }, "a second invoice"),
      {
        name: "transfer_on_behalf",
        conversation: "c1",
        target: { team: "billing" },
        note: "a second invoice",
      },
    ],
    [
      "transfers without a note",
      (c) => c.transferOnBehalf("c1", { queue: "billing" }, ""),
      { name: "transfer_on_behalf", conversation: "c1", target: { queue: "billing" } },
    ],
    [
      "silences somebody",
      (c) => c.forceMute("c1", BOB, true),
      { name: "force_mute", conversation: "c1", participant: BOB, muted: true },
    ],
    [
      "lets them be heard again",
      (c) => c.forceMute("c1", BOB, false),
      { name: "force_mute", conversation: "c1", participant: BOB, muted: false },
    ],
    ["ends it for all", (c) => c.endForAll("c1"), { name: "end_for_all", conversation: "c1" }],
    [
      "has somebody listen",
      (c) => c.inviteListener("c1", "carol", "how Bob does it"),
      { name: "invite_listener", conversation: "c1", agent: "carol", note: "how Bob does it" },
    ],
    ["takes the next", (c) => c.getNext("support"), { name: "get_next", team: "support" }],
    ["takes the next of any", (c) => c.getNext(), { name: "get_next" }],
    ["calls a colleague", (c) => c.callAgent("carol"), { name: "call_agent", agent: "carol" }],
    ["looks at the first page", (c) => c.ongoing(), { name: "list_ongoing" }],
    ["looks at the next", (c) => c.ongoing("c7"), { name: "list_ongoing", after: "c7" }],
  ];

  for (const [does, ask, command] of COMMANDS) {
    test(`${does}, in the words of the protocol`, async () => {
      const one = await signsIn();
      const asked = ask(one);
      await settled();
      assert.deepEqual(lastCommand(), command);
      await answered({ ongoing: [], more: false });
      await asked;
    });
  }

  test("knows every command of the protocol's schema", async () => {
    const schema = new URL("../../docs/protocol.schema.json", import.meta.url);
    const text = await readFile(schema, "utf8");
    for (const [, , command] of COMMANDS) {
      const { name } = /** @type {{ name: string }} */ (command);
      assert.ok(text.includes(`"const": "${name}"`), `${name} is a command`);
    }
  });

  test("is told by a refusal why not", async () => {
    const one = await signsIn();
    const asked = one.barge("c1");
    await settled();
    const { id } = FakeSocket.last.asked("barge")[0];
    const error = { code: "conference_full", message: "Three are in it." };
    FakeSocket.last.says({ type: "refusal", id, error });
    await assert.rejects(asked, { code: "conference_full" });
  });

  test("reads what may be supervised, page by page", async () => {
    const one = await signsIn();
    const asked = one.ongoing();
    await settled();
    const entry = { id: "c1", team: "support", phase: "connected", actions: [] };
    await answered({ ongoing: [entry], more: true });
    assert.deepEqual(await asked, { ongoing: [entry], more: true });
  });

  test("monitors unheard, is heard as a coach and from a seat, and unheard again", async () => {
    const one = await signsIn();
    await shown(observed("monitor"));
    assert.equal(one.current?.observing?.mode, "monitor");
    assert.notEqual(FakePeer.last.track, null, "open, so that the first word of a coach is heard");
    assert.equal(isSending(), false);
    await shown(observed("coach", { version: 2 }));
    assert.equal(isSending(), true);
    const seats = [seat(ALICE), seat(BOB), seat(EVE, { role: "supervisor" })];
    await shown(view({ you: EVE, version: 3, participants: seats }));
    assert.equal(isSending(), true);
    await shown(observed("monitor", { version: 4 }));
    assert.equal(isSending(), false);
  });

  test("opens no microphone to one who may only listen", async () => {
    await signsIn();
    const before = devices.tracks.length;
    const actions = /** @type {const} */ ([
      { action: "monitor", enabled: false, reason: "already_observing" },
      { action: "coach", participant: BOB, enabled: false, reason: "not_permitted" },
      { action: "barge", enabled: false, reason: "not_permitted" },
      { action: "take_over", enabled: false, reason: "not_permitted" },
    ]);
    await shown(observed("monitor", { actions: [...actions] }));
    await shown(observed("listener", { actions: [], version: 2 }));
    assert.equal(devices.tracks.length, before);
  });

  test("is free at the answer to stopping, without waiting for news", async () => {
    const one = await signsIn();
    await shown(observed("coach"));
    const stopped = one.stopObserving("c1");
    await settled();
    await answered();
    await stopped;
    assert.deepEqual(one.calls, []);
    assert.equal(one.microphone.state, "off");
  });

  test("stays with the conversation when the coached agent has left", async () => {
    const one = await signsIn();
    await shown(observed("coach"));
    const people = [seat(ALICE), seat(CAROL)];
    await shown(observed("monitor", { version: 2, participants: people }));
    assert.equal(one.current?.id, "c1");
    assert.equal(isSending(), false);
  });
});
