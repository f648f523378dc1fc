// Who supervises: hears a call without a seat, speaks to one agent, takes a seat, takes over.
import assert from "node:assert/strict";
import { Agent, eventually } from "./person.mjs";

/** Agents of whom Eve takes no calls and manages two teams, as a configuration file says it. */
export const SUPERVISED = `
[[demo.agent]]
id = "bob"
name = "Bob Baker"
teams = ["support"]

[[demo.agent]]
id = "carol"
name = "Carol Chen"
teams = ["billing", "support"]

[[demo.agent]]
id = "eve"
name = "Eve Ember"
manages = ["support", "billing"]
`;

/** An agent at the desk who may do more than take calls. */
export class Supervisor extends Agent {
  /** The conversation that goes on in the supervisor's teams: there is one. */
  async #ongoing() {
    const { ongoing } = await this.page.evaluate(() => globalThis.trefoil.client.ongoing());
    assert.equal(ongoing.length, 1, "one conversation goes on");
    return ongoing[0];
  }

  /**
   * Asks something about the call; resolves with the code it is refused with, or null.
   *
   * @param {string} command a method of the client
   * @param {...unknown} more what it takes beside the conversation
   */
  async asks(command, ...more) {
    const { id } = await this.#ongoing();
    return this.page.evaluate(
      async ([name, ...args]) => {
        try {
          await globalThis.trefoil.client[name](...args);
          return null;
        } catch (error) {
          return error.code ?? String(error);
        }
      },
      [command, id, ...more],
    );
  }

  /** Asks, and is not refused; resolves with the moment before. */
  async does(command, ...more) {
    const at = Date.now();
    assert.equal(await this.asks(command, ...more), null, `${this.name} may ${command}`);
    return at;
  }

  /** How this person takes part: `monitor`, `coach`, `seat`, or null. */
  stands() {
    return this.page.evaluate(() => {
      const { client } = globalThis.trefoil;
      const call = client.calls.find(({ seated }) => seated);
      if (call === undefined) return null;
      return call.observing?.mode ?? "seat";
    });
  }

  /** Waits until this person takes part in that way. */
  async standing(how) {
    const stands = async () => (await this.stands()) === how;
    await eventually(`${this.name} takes part as ${how}`, stands);
  }
}
