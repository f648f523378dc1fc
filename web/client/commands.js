import { Emitter } from "./emitter.js";
import { TrefoilError } from "./errors.js";
/** @import { InviteOptions, Send } from "./call.js" */
/** @import { Calls } from "./calls.js" */
/** @import { ConversationId, Medium, Ongoing, PersonId, Target } from "./types.js" */

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
    const call = this.known(id);
    const answer = await call.transfer(target, note);
    if (call.medium === "voice") this.#calls.drop(id, "left");
    return answer;
  }

  /** @param {ConversationId} id */
  cancel(id) {
    return this.known(id).cancel();
  }

  /**
   * Offers the customer of a chat a call, which it takes by raising the chat to one.
   *
   * @param {ConversationId} id
   */
  offerCall(id) {
    return this.known(id).offerCall();
  }

  /**
   * Takes back the call that is offered, whoever of the agents in the chat did so.
   *
   * @param {ConversationId} id
   */
  withdrawCall(id) {
    return this.known(id).withdrawCall();
  }

  /**
   * Would rather write than talk: the call is no longer offered, and the chat goes on.
   *
   * @param {ConversationId} id
   */
  declineCall(id) {
    return this.known(id).decline();
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
   * @param {Medium} [medium] both, if absent
   */
  setStatus(status, reason, medium) {
    const why = reason === undefined ? {} : { reason };
    return this.#request({ name: "set_status", status, ...why, ...of(medium) });
  }

  /**
   * Calls a colleague, or writes to one.
   *
   * @param {string} agent the id, without a prefix
   * @param {Medium} [medium]
   */
  callAgent(agent, medium) {
    return this.#request({ name: "call_agent", agent, ...of(medium) });
  }

  /**
   * Takes the first who waits in a team's queue, or in any of this agent's.
   *
   * @param {string} [team]
   * @param {Medium} [medium]
   */
  getNext(team, medium) {
    const which = team === undefined ? {} : { team };
    return this.#request({ name: "get_next", ...which, ...of(medium) });
  }

  /**
   * The conversations this agent may supervise, a page of them.
   *
   * @param {ConversationId} [after] the last one of the page before
   * @returns {Promise<{ ongoing: Ongoing[], more: boolean }>}
   */
  async ongoing(after) {
    const more = after === undefined ? {} : { after };
    const answer = await this.#request({ name: "list_ongoing", ...more });
    return /** @type {{ ongoing: Ongoing[], more: boolean }} */ (answer);
  }

  /**
   * Hears everybody without being noticed.
   *
   * @param {ConversationId} conversation
   */
  monitor(conversation) {
    return this.#request({ name: "monitor", conversation });
  }

  /**
   * Hears everybody and is heard by one agent.
   *
   * @param {ConversationId} conversation
   * @param {string} agent the id, without a prefix
   */
  coach(conversation, agent) {
    return this.#request({ name: "coach", conversation, agent });
  }

  /**
   * Takes a seat beside the agents.
   *
   * @param {ConversationId} conversation
   */
  barge(conversation) {
    return this.#request({ name: "barge", conversation });
  }

  /**
   * Hears it no more, or gives up the seat that was taken by barging in.
   *
   * @param {ConversationId} conversation
   */
  async stopObserving(conversation) {
    await this.#request({ name: "stop_observing", conversation });
    this.#calls.drop(conversation, "left");
  }

  /**
   * Takes the place of whoever answers for it.
   *
   * @param {ConversationId} conversation
   */
  takeOver(conversation) {
    return this.#request({ name: "take_over", conversation });
  }

  /**
   * Transfers blindly in the name of the agent who answers for it.
   *
   * @param {ConversationId} conversation
   * @param {Target} target
   * @param {string} [note]
   */
  transferOnBehalf(conversation, target, note) {
    const more = note === undefined || note === "" ? {} : { note };
    return this.#request({ name: "transfer_on_behalf", conversation, target, ...more });
  }

  /**
   * @param {ConversationId} conversation
   * @param {PersonId} participant
   * @param {boolean} muted
   */
  forceMute(conversation, participant, muted) {
    return this.#request({ name: "force_mute", conversation, participant, muted });
  }

  /** @param {ConversationId} conversation */
  endForAll(conversation) {
    return this.#request({ name: "end_for_all", conversation });
  }

  /**
   * Has another agent listen, who is heard by none.
   *
   * @param {ConversationId} conversation
   * @param {string} agent the id, without a prefix
   * @param {string} [note]
   */
  inviteListener(conversation, agent, note) {
    const more = note === undefined || note === "" ? {} : { note };
    return this.#request({ name: "invite_listener", conversation, agent, ...more });
  }

  finishWrapUp() {
    return this.#request({ name: "finish_wrap_up" });
  }

  extendWrapUp() {
    return this.#request({ name: "extend_wrap_up" });
  }
}

/** @param {Medium | undefined} medium */
function of(medium) {
  return medium === undefined ? {} : { medium };
}
