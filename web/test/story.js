/**
 * @import {
 *   Action, ActionName, ConversationView, DeskView, Observer, Ongoing, Participant
 * } from "../client/types.js"
 */

/** Messages of the server, for tests: one call of Alice's with Bob and Carol. */

export const ALICE = "customer:x1";
export const BOB = "agent:bob";
export const CAROL = "agent:carol";
export const EVE = "agent:eve";

/**
 * @param {string} id
 * @param {Partial<Participant>} [more]
 * @returns {Participant}
 */
export function seat(id, more = {}) {
  const name = { [ALICE]: "Alice", [BOB]: "Bob", [CAROL]: "Carol", [EVE]: "Eve" }[id] ?? id;
  const role = id.startsWith("customer:") ? "customer" : "agent";
  return { id, name, role, presence: "joined", held: null, muted: null, ...more };
}

/**
 * Bob's view of the call with Alice.
 *
 * @param {Partial<ConversationView>} [more]
 * @returns {ConversationView}
 */
export function view(more = {}) {
  return {
    id: "c1",
    medium: "voice",
    version: 1,
    team: "support",
    phase: "connected",
    you: BOB,
    owner: { agent: "bob" },
    participants: [seat(ALICE), seat(BOB)],
    offer: null,
    hearing: { source: "forward", talkers: [ALICE] },
    actions: [],
    started_at_ms: 1_000,
    answered_at_ms: 2_000,
    server_time_ms: 10_000,
    ended: null,
    ...more,
  };
}

/** Bob's view of an invitation that rings at his desk. */
export function ringing() {
  return view({
    phase: "ringing",
    participants: [seat(ALICE), seat(CAROL)],
    offer: {
      id: "o1",
      initiator: CAROL,
      target: { agent: "bob" },
      candidates: [{ id: BOB, name: "Bob" }],
      state: "ringing",
      note: "invoice",
      expires_at_ms: 30_000,
    },
    hearing: { source: "silence" },
    actions: allowed("accept", "decline"),
  });
}

/** Bob and Carol alone, Alice with music. */
export function consult() {
  return view({
    version: 2,
    phase: "consult",
    participants: [seat(ALICE, { held: { by: BOB } }), seat(BOB), seat(CAROL)],
    hearing: { source: "forward", talkers: [CAROL] },
    actions: [
      ...allowed("swap", "merge", "complete", "leave", "mute"),
      { action: "resume", participant: ALICE, enabled: true },
      { action: "invite", enabled: false, reason: "conference_full" },
      { action: "transfer", enabled: false, reason: "conference_full" },
    ],
  });
}

/**
 * Eve's view of the call that Bob has with Alice: she may do everything but what she does.
 *
 * @param {Observer["mode"]} mode
 * @param {Partial<ConversationView>} [more]
 */
export function observed(mode, more = {}) {
  const agent = mode === "coach" ? { agent: BOB } : {};
  const coach = mode === "coach" ? { enabled: false, reason: "already_observing" } : GO;
  const monitor = mode === "monitor" ? { enabled: false, reason: "already_observing" } : GO;
  return view({
    you: EVE,
    observers: [{ id: EVE, name: "Eve", mode, ...agent, presence: "joined", since_ms: 3_000 }],
    hearing: { source: "mix", talkers: [ALICE, BOB] },
    actions: [
      { action: "monitor", ...monitor },
      { action: "coach", participant: BOB, ...coach },
      ...allowed("barge", "take_over", "transfer_on_behalf", "end_for_all", "stop_observing"),
      { action: "force_mute", participant: BOB, enabled: true },
      { action: "force_unmute", participant: BOB, enabled: false, reason: "not_muted" },
    ],
    ...more,
  });
}

const GO = { enabled: true };

/** What Eve may do for whom. */
export const MANAGES = { support: { answer: false, listen: true, manage: true } };

/**
 * That call as the board has it; a third person rings, so that nobody can barge in.
 *
 * @param {Partial<Ongoing>} [more]
 * @returns {Ongoing}
 */
export function ongoing(more = {}) {
  return {
    id: "c1",
    team: "support",
    phase: "connected",
    owner: { agent: "bob" },
    // As the server lists them, by id.
    participants: [
      { id: BOB, name: "Bob" },
      { id: ALICE, name: "Alice" },
    ],
    observers: [],
    started_at_ms: 1_000,
    answered_at_ms: 2_000,
    actions: [
      ...allowed("monitor", "take_over", "transfer_on_behalf", "end_for_all"),
      { action: "coach", participant: BOB, enabled: true },
      { action: "barge", enabled: false, reason: "conference_full" },
    ],
    ...more,
  };
}

/**
 * @param {...ActionName} names
 * @returns {Action[]}
 */
export function allowed(...names) {
  return names.map((action) => ({ action, enabled: true }));
}

/**
 * @param {Partial<DeskView["you"]>} [you]
 * @returns {DeskView}
 */
export function desk(you = {}) {
  return {
    you: {
      id: BOB,
      name: "Bob",
      teams: ["support"],
      status: "present",
      away_reason: null,
      state: "idle",
      leg: "up",
      wrap_up_until_ms: null,
      ...you,
    },
    agents: [
      {
        id: CAROL,
        name: "Carol",
        teams: ["billing"],
        status: "present",
        state: "idle",
        available: true,
        unavailable_reason: null,
      },
      {
        id: "agent:dave",
        name: "Dave",
        teams: ["billing"],
        status: "present",
        state: "talking",
        available: false,
        unavailable_reason: "target_busy",
      },
    ],
    teams: [
      { id: "support", name: "Support", available: 1, waiting: 2 },
      { id: "billing", name: "Billing", available: 1, waiting: 0 },
    ],
    server_time_ms: 10_000,
  };
}
