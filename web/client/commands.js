import { Emitter } from "./emitter.js";
import { TrefoilError } from "./errors.js";
/** @import { InviteOptions, Send } from "./call.js" */
/** @import { Calls } from "./calls.js" */
/** @import { ConversationId, PersonId, Target } from "./types.js" */

/**
 * What a person can ask of the server, by conversation.
 *
 * Whoever leaves on their own sees the conversation go with the answer, without waiting for news.
 *
 * @template {Record<string, unknown>} Events
 * @extends {Emitter<Events>}
 */
export class Commands extends Emitter {
  #calls;
  #request;

  /**
   * @param {Calls} calls
   * @param {Send} request
   */
  constructor(calls, request) {
    super();
    this.#calls = calls;
    this.#request = request;
  }

  /**
   * The conversation of that id, if this person is part of it.
   *
   * @param {ConversationId} id
   */
  known(id) {
    const call = this.#calls.get(id);
    if (call !== undefined) return call;
    throw new TrefoilError("not_a_participant", "You are not part of this conversation.");
  }

  /**
   * @param {ConversationId} id
   * @param {string} [text]
   */
  async decline(id, text) {
    await this.known(id).decline(text);
    this.#calls.drop(id, "declined");
  }

  /**
   * @param {ConversationId} id
   * @param {Target} target
   * @param {InviteOptions} [options]
   */
  invite(id, target, options) {
    return this.known(id).invite(target, options);
  }

  /**
   * @param {ConversationId} id
   * @param {Target} target
   * @param {string} [note]
   */
  async transfer(id, target, note) {
    await this.known(id).transfer(target, note);
    this.#calls.drop(id, "left");
  }

  /** @param {ConversationId} id */
  cancel(id) {
    return this.known(id).cancel();
  }

  /**
   * @param {ConversationId} id
   * @param {PersonId} participant
   */
  hold(id, participant) {
    return this.known(id).hold(participant);
  }

  /**
   * @param {ConversationId} id
   * @param {PersonId} participant
   */
  resume(id, participant) {
    return this.known(id).resume(participant);
  }

  /**
   * @param {ConversationId} id
   * @param {PersonId} participant
   */
  remove(id, participant) {
    return this.known(id).remove(participant);
  }

  /** @param {ConversationId} id */
  swap(id) {
    return this.known(id).swap();
  }

  /** @param {ConversationId} id */
  merge(id) {
    return this.known(id).merge();
  }

  /** @param {ConversationId} id */
  async complete(id) {
    await this.known(id).complete();
    this.#calls.drop(id, "left");
  }

  /** @param {ConversationId} id */
  async leave(id) {
    await this.known(id).leave();
    this.#calls.drop(id, "left");
  }

  /**
   * @param {"present" | "away"} status
   * @param {string} [reason]
   */
  setStatus(status, reason) {
    const more = reason === undefined ? {} : { reason };
    return this.#request({ name: "set_status", status, ...more });
  }

  /**
   * Calls a colleague.
   *
   * @param {string} agent the id, without a prefix
   */
  callAgent(agent) {
    return this.#request({ name: "call_agent", agent });
  }

  /**
   * Takes the first who waits in a team's queue, or in any of this agent's.
   *
   * @param {string} [team]
   */
  getNext(team) {
    return this.#request({ name: "get_next", ...(team === undefined ? {} : { team }) });
  }

  finishWrapUp() {
    return this.#request({ name: "finish_wrap_up" });
  }

  extendWrapUp() {
    return this.#request({ name: "extend_wrap_up" });
  }
}
