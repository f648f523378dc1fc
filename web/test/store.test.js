import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import { heardBy } from "../desk/hears.js";
import {
  incomingCall,
  INITIAL,
  reduce,
  seatedCall,
  serverNow,
  targetName,
  teamName,
} from "../desk/store.js";
import { ALICE, allowed, BOB, CAROL, consult, desk, ringing, seat, view } from "./story.js";
/** @import { State, StoreEvent, TransferDraft } from "../desk/store.js" */
/** @import { Notice } from "../client/types.js" */

const BOB_HIMSELF = {
  id: BOB,
  role: /** @type {const} */ ("agent"),
  name: "Bob",
  teams: ["support"],
};

/** @param {...StoreEvent} events */
function after(...events) {
  return events.reduce(reduce, INITIAL);
}

/** @param {...StoreEvent} events */
function atDesk(...events) {
  return after(
    { type: "tick", now: 4_000 },
    { type: "signed_in", person: BOB_HIMSELF },
    { type: "desk", desk: desk() },
    ...events,
  );
}

/**
 * What the desk says to a notice.
 *
 * @param {Notice} notice
 * @param {...StoreEvent} before
 */
function says(notice, ...before) {
  return atDesk(...before, { type: "notice", notice }).history[0]?.text;
}

/**
 * @param {State} state
 * @returns {TransferDraft | null}
 */
function draftOf(state) {
  return state.dialog.name === "transfer" ? state.dialog.draft : null;
}

/** @type {TransferDraft} */
const DRAFT = {
  conversation: "c1",
  search: "",
  target: null,
  way: "consult",
  holdNow: false,
  stayHeld: false,
  note: "",
  refused: null,
};

describe("the desk's store", () => {
  test("never changes a state that it was given", () => {
    const before = Object.freeze(atDesk());
    assert.notEqual(reduce(before, { type: "view", view: view() }), before);
    assert.deepEqual(before.calls, {});
  });

  test("tells the call that rings here from the one with a seat", () => {
    const rings = atDesk({ type: "view", view: ringing() });
    assert.equal(incomingCall(rings)?.id, "c1");
    assert.equal(seatedCall(rings), undefined);
    const sits = atDesk({ type: "view", view: consult() });
    assert.equal(seatedCall(sits)?.phase, "consult");
    assert.equal(incomingCall(sits), undefined);
  });

  test("reads the server's clock through this machine's", () => {
    const state = atDesk({ type: "tick", now: 4_500 });
    assert.equal(serverNow(state), 10_500);
    const stale = reduce(state, { type: "view", view: view({ server_time_ms: 7_000 }) });
    assert.equal(serverNow(stale), 10_500, "an old fact does not turn the clock back");
  });

  test("knows people and teams by name, and a stranger by id", () => {
    const state = atDesk({ type: "view", view: view() });
    assert.equal(targetName(state, { agent: "carol" }), "Carol");
    assert.equal(targetName(state, { agent: "zoe" }), "zoe");
    assert.equal(teamName(state, "billing"), "Billing");
    assert.equal(state.names[ALICE], "Alice");
  });

  test("drops a call that is gone, and the dialogs about it", () => {
    const open = atDesk(
      { type: "view", view: view({ actions: allowed("invite") }) },
      { type: "dialog", dialog: { name: "transfer", draft: DRAFT } },
    );
    const gone = reduce(open, { type: "gone", conversation: "c1" });
    assert.deepEqual(gone.calls, {});
    assert.equal(gone.dialog.name, "none");
  });

  test("closes the transfer dialog when another's invitation came first", () => {
    const open = atDesk(
      { type: "view", view: view({ actions: allowed("invite") }) },
      { type: "dialog", dialog: { name: "transfer", draft: DRAFT } },
      { type: "view", view: view({ actions: allowed("invite") }) },
    );
    assert.notEqual(draftOf(open), null);
    assert.equal(draftOf(reduce(open, { type: "view", view: consult() })), null);
  });

  test("keeps the draft of a transfer", () => {
    const state = atDesk(
      { type: "dialog", dialog: { name: "transfer", draft: DRAFT } },
      { type: "draft", change: { target: { team: "billing" } } },
      { type: "draft", change: { note: "invoice" } },
    );
    assert.deepEqual(draftOf(state), { ...DRAFT, target: { team: "billing" }, note: "invoice" });
    assert.equal(atDesk({ type: "draft", change: { note: "x" } }).dialog.name, "none");
  });

  test("shows a command as pending until its answer, and a refusal as news", () => {
    const pending = atDesk({ type: "pending", key: "merge c1" });
    assert.deepEqual(pending.pending, ["merge c1"]);
    assert.deepEqual(reduce(pending, { type: "done", key: "merge c1" }).pending, []);
    const refused = reduce(pending, {
      type: "refused",
      key: "merge c1",
      code: "conference_full",
      message: "The conversation is full.",
    });
    assert.deepEqual(refused.pending, []);
    assert.equal(refused.toasts[0]?.text, "Three people are already in this call.");
  });

  test("tells a refusal with the facts that came with it", () => {
    const told = (/** @type {string} */ code, /** @type {Record<string, unknown>} */ extra) =>
      atDesk({ type: "refused", key: "x", code, message: "No", extra }).toasts[0]?.text;
    assert.equal(told("offer_in_progress", { by: CAROL }), "Carol is calling somebody already.");
    const limited = told("rate_limited", { retry_after_ms: 2_100 });
    assert.equal(limited, "Too many requests; try again in 3 s.");
    assert.equal(told("nobody_available", { team: "billing" }), "Nobody of Billing is available.");
    assert.equal(told("rate_limited", {}), "Too many requests; one moment please.");
  });

  test("what was withdrawn is no warning", () => {
    const ended = /** @type {const} */ ({ kind: "offer_ended", target: { agent: "carol" } });
    const toneOf = (/** @type {string} */ reason) =>
      atDesk({ type: "notice", notice: { ...ended, reason } }).toasts[0]?.tone;
    assert.equal(toneOf("cancelled"), "info");
    assert.equal(toneOf("declined"), "warn");
  });

  test("toasts go after a while, warnings later, and the history stays", () => {
    const told = atDesk(
      { type: "notice", notice: { kind: "customer_lost", conversation: "c1" } },
      { type: "notice", notice: { kind: "customer_back", conversation: "c1" } },
    );
    assert.equal(told.toasts.length, 2);
    const later = reduce(told, { type: "tick", now: 12_000 });
    assert.deepEqual(
      later.toasts.map(({ tone }) => tone),
      ["warn"],
    );
    const much = reduce(told, { type: "tick", now: 25_000 });
    assert.equal(much.toasts.length, 0);
    assert.equal(much.history.length, 2);
  });

  test("signing out forgets everything but the demo", () => {
    const demo = { teams: [], agents: [] };
    const state = atDesk({ type: "demo", demo }, { type: "view", view: view() });
    const out = reduce(state, { type: "signed_out", error: "Signed in elsewhere." });
    assert.equal(out.session, "signed_out");
    assert.equal(out.signInError, "Signed in elsewhere.");
    assert.deepEqual([out.calls, out.desk, out.demo], [{}, null, demo]);
  });

  describe("says in plain words", () => {
    test("that an invitation was declined, with the reason given", () => {
      const text = says({
        kind: "offer_ended",
        conversation: "c1",
        target: { agent: "carol" },
        candidates: [CAROL],
        reason: "declined",
        text: "At lunch",
      });
      assert.equal(text, "Carol declined: “At lunch”");
    });

    test("who of a team did not take it, while others still ring", () => {
      const target = { team: "billing" };
      const failed = /** @type {const} */ ({ kind: "candidate_failed", target, candidate: CAROL });
      assert.equal(says({ ...failed, reason: "no_answer" }), "Carol (Billing) did not answer.");
      const text = says({ ...failed, reason: "declined", text: "At lunch" });
      assert.equal(text, "Carol (Billing) declined: “At lunch”");
    });

    test("that a team did not answer", () => {
      const text = says({
        kind: "offer_ended",
        target: { team: "billing" },
        reason: "nobody_available",
      });
      assert.equal(text, "Billing has nobody available.");
    });

    test("who took the call", () => {
      const text = says({ kind: "rescinded", reason: "answered", winner: CAROL });
      assert.equal(text, "Carol took the call.");
    });

    test("that a hand-over means another thing to whom it rings", () => {
      const notice = { kind: /** @type {const} */ ("handed_over"), conversation: "c1" };
      assert.match(says(notice) ?? "", /^You are out/);
      assert.match(
        says(notice, { type: "view", view: ringing() }) ?? "",
        /^Your colleague has left/,
      );
    });

    test("who of a team it was, and what became of a place in a queue", () => {
      const target = { team: "billing" };
      const kind = /** @type {const} */ ("offer_ended");
      const declined = { kind, target, candidates: [CAROL], reason: "declined", text: "At lunch" };
      assert.equal(says(declined), "Carol (Billing) declined: “At lunch”");
      const both = [CAROL, "agent:dave"];
      assert.equal(
        says({ kind, target, candidates: both, reason: "no_answer" }),
        "Billing did not answer.",
      );
      const queue = { kind, target: { queue: "billing" }, reason: "cancelled" };
      assert.equal(says(queue), "The customer is out of the queue of Billing.");
    });

    test("what supervision does to one", () => {
      const by = CAROL;
      const texts = [
        says({ kind: "coach_started", by }),
        says({ kind: "taken_over", by }),
        says({ kind: "transferred_on_behalf", by, target: { team: "billing" } }),
        says({ kind: "force_muted", muted: true }),
        says({ kind: "listener_joined", participant: CAROL }),
      ];
      assert.deepEqual(texts, [
        "Carol hears this call and speaks to you. Nobody else hears it.",
        "Carol has taken your place: you are out of the call.",
        "Carol has transferred the customer to Billing in your name.",
        "A supervisor has muted you: nobody hears you.",
        "Carol listens to learn, and is heard by nobody.",
      ]);
    });

    test("why one listens no more", () => {
      const kind = /** @type {const} */ ("observing_ended");
      const over = "You no longer listen to this call";
      const removed = says({ kind, end: { removed: { by: CAROL } } });
      assert.equal(removed, "Carol has ended your listening.");
      assert.equal(says({ kind, end: "not_permitted" }), `${over}: your rights have changed.`);
      assert.equal(says({ kind, end: "something new" }), `${over}.`);
    });

    test("something of every notice of the protocol", async () => {
      const document = await readFile(new URL("../../docs/protocol.md", import.meta.url), "utf8");
      const section = document.slice(document.indexOf("## 9. Notices"), document.indexOf("## 10."));
      const kinds = [...section.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, kind]) => String(kind));
      assert.ok(kinds.length > 20);
      for (const kind of kinds) {
        const text = says(/** @type {Notice} */ ({ kind, conversation: "c1", participant: CAROL }));
        assert.match(text ?? "", /^[A-Z].*\.$/, kind);
        const plain = `${kind.charAt(0).toUpperCase()}${kind.slice(1).replaceAll("_", " ")}.`;
        assert.notEqual(text, plain, `${kind} has words of its own`);
      }
    });

    test("nothing about what one did oneself", () => {
      const kind = /** @type {const} */ ("participant_left");
      assert.equal(says({ kind, conversation: "c1", participant: BOB, reason: "left" }), undefined);
      assert.equal(
        says({ kind, conversation: "c1", participant: BOB, reason: "lost" }),
        "Your seat in the call was given up.",
      );
    });
  });

  describe("draws who hears whom", () => {
    test("in a consult", () => {
      assert.deepEqual(heardBy(consult(), ALICE), { hears: [], clip: "music" });
      assert.deepEqual(heardBy(consult(), BOB), { hears: [CAROL], clip: null });
      assert.deepEqual(heardBy(consult(), CAROL), { hears: [BOB], clip: null });
    });

    test("with one muted and one away", () => {
      const three = view({
        participants: [seat(ALICE), seat(BOB, { muted: "self" }), seat(CAROL)],
        hearing: { source: "mix", talkers: [ALICE, CAROL] },
      });
      assert.deepEqual(heardBy(three, ALICE).hears, [CAROL]);
      assert.deepEqual(heardBy(three, CAROL).hears, [ALICE]);
      assert.deepEqual(heardBy(three, BOB).hears, [ALICE, CAROL]);
      const away = view({ participants: [seat(ALICE, { presence: "reconnecting" }), seat(BOB)] });
      assert.deepEqual(heardBy(away, ALICE), { hears: [], clip: null });
    });

    test("with the ringing in one's own ear", () => {
      const held = view({ hearing: { source: "ringback" } });
      assert.deepEqual(heardBy(held, BOB), { hears: [], clip: "ringback" });
    });
  });
});
