import { Emitter } from "./emitter.js";
/**
 * @import {
 *   ActionName, Command, ConversationView, HoldWhen, OnFailure, PersonId, Target
 * } from "./types.js"
 */

/**
 * @typedef {(command: Command) => Promise<Record<string, unknown>>} Send
 *
 * @typedef {object} CallEvents
 * @property {ConversationView} changed
 * @property {string} gone the reason: `ended`, or why this person is no longer part of it
 *
 * @typedef {object} InviteOptions
 * @property {HoldWhen} [hold]
 * @property {OnFailure} [onFailure]
 * @property {string} [note]
 */

/** By these somebody who observes begins to speak. @type {readonly ActionName[]} */
const SPEAKING = ["coach", "barge", "take_over"];

/**
 * One conversation as this person sees it, and what this person can do in it.
 *
 * The view is the server's, replaced whole at each change. Commands resolve when the server has
 * done them and reject with a `TrefoilError` when it refused.
 *
 * @extends {Emitter<CallEvents & Record<string, unknown>>}
 */
export class Call extends Emitter {
  #send;
  #view;

  /**
   * @param {ConversationView} view
   * @param {Send} send
   */
  constructor(view, send) {
    super();
    this.#view = view;
    this.#send = send;
  }

  get id() {
    return this.#view.id;
  }

  get medium() {
    return this.#view.medium;
  }

  get view() {
    return this.#view;
  }

  get phase() {
    return this.#view.phase;
  }

  /** This person's own seat; absent while the call only rings here. */
  get me() {
    return this.#view.participants.find((one) => one.id === this.#view.you);
  }

  get customer() {
    return this.#view.participants.find((one) => one.role === "customer");
  }

  get others() {
    return this.#view.participants.filter((one) => one.id !== this.#view.you);
  }

  get ended() {
    return this.#view.ended ?? null;
  }

  /** How this person observes it, without a seat. */
  get observing() {
    return (this.#view.observers ?? []).find((one) => one.id === this.#view.you);
  }

  /** Whether somebody is to hear this person: muted is nobody, a coach is heard by one agent. */
  get speaks() {
    if (this.me !== undefined) return this.me.muted === null;
    return this.observing?.mode === "coach";
  }

  /** Whether this person speaks here, or could by a command of its own. */
  get maySpeak() {
    if (this.me !== undefined || this.speaks) return true;
    const speaking = this.#view.actions.filter(({ action }) => SPEAKING.includes(action));
    return speaking.some(({ reason }) => reason !== "not_permitted");
  }

  /** Whether this person sits in it or observes it, and so needs sound. */
  get seated() {
    return this.ended === null && (this.me !== undefined || this.observing !== undefined);
  }

  /** Whether it rings here. */
  get ringsHere() {
    const { offer, you } = this.#view;
    return this.ended === null && (offer?.candidates ?? []).some(({ id }) => id === you);
  }

  /**
   * Whether the server would let this person do that, and if not why.
   *
   * @param {ActionName} name
   * @param {PersonId} [participant]
   */
  action(name, participant) {
    return this.#view.actions.find((one) => one.action === name && one.participant === participant);
  }

  /**
   * Takes a view unless it is older than the one at hand; says whether it was taken.
   *
   * @param {ConversationView} view
   * @param {boolean} [anyVersion] after a session that was not resumed
   */
  update(view, anyVersion = false) {
    if (!anyVersion && view.version < this.#view.version) return false;
    this.#view = view;
    this.emit("changed", view);
    return true;
  }

  accept() {
    return this.#send({ name: "accept", conversation: this.id });
  }

  /** @param {string} [text] why, for the inviter */
  decline(text) {
    const more = text === undefined || text === "" ? {} : { text };
    return this.#send({ name: "decline", conversation: this.id, ...more });
  }

  cancel() {
    return this.#send({ name: "cancel", conversation: this.id });
  }

  /** Asks the customer of a chat whether it would like to talk. */
  offerCall() {
    return this.#send({ name: "offer_call", conversation: this.id });
  }

  withdrawCall() {
    return this.#send({ name: "withdraw_call", conversation: this.id });
  }

  /**
   * Rings an agent or a team, or sends the customer to a queue; resolves with the offer's id while
   * it is ringing.
   *
   * @param {Target} target
   * @param {InviteOptions} [options]
   */
  invite(target, { hold, onFailure, note } = {}) {
    return this.#send({
      name: "invite",
      conversation: this.id,
      target,
      ...(hold === undefined ? {} : { hold }),
      ...(onFailure === undefined ? {} : { on_failure: onFailure }),
      ...(note === undefined || note === "" ? {} : { note }),
    });
  }

  /**
   * Hands the customer over without talking first. In a chat this person goes on until the target
   * has accepted, and can listen from then on.
   *
   * @param {Target} target
   * @param {string} [note]
   */
  transfer(target, note) {
    const more = note === undefined || note === "" ? {} : { note };
    return this.#send({ name: "transfer", conversation: this.id, target, ...more });
  }

  /** @param {PersonId} participant */
  hold(participant) {
    return this.#send({ name: "hold", conversation: this.id, participant });
  }

  /** @param {PersonId} participant */
  resume(participant) {
    return this.#send({ name: "resume", conversation: this.id, participant });
  }

  /** @param {PersonId} participant */
  remove(participant) {
    return this.#send({ name: "remove", conversation: this.id, participant });
  }

  swap() {
    return this.#send({ name: "swap", conversation: this.id });
  }

  merge() {
    return this.#send({ name: "merge", conversation: this.id });
  }

  /** @param {boolean} muted */
  mute(muted) {
    return this.#send({ name: "mute", conversation: this.id, muted });
  }

  complete() {
    return this.#send({ name: "complete", conversation: this.id });
  }

  leave() {
    return this.#send({ name: "leave", conversation: this.id });
  }
}
