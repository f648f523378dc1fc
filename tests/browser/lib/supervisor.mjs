// Who supervises: hears a call without a seat, speaks to one agent, takes a seat, takes over.
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
  /** Opens the board, and waits until what goes on stands there. */
  async opensBoard() {
    await this.press("board-open");
    await this.page.locator('[data-testid^="board-row-"]').first().waitFor();
  }

  async monitors() {
    await this.press("monitor");
    await this.standing("monitor");
  }

  /** @param {string} name of an agent in the call */
  async coaches(name) {
    await this.press(`coach-agent:${name}`);
    await this.standing(`coach of agent:${name}`);
  }

  async barges() {
    await this.press("barge");
    await this.standing("seat");
  }

  /** Observes no more. */
  async stops() {
    await this.press("stop-observing");
    await this.standing(null);
  }

  /** Takes over; resolves with the moment the button was pressed. */
  async takesOver() {
    await this.press("take-over");
    await this.standing("seat");
    return this.pressedAt();
  }

  /** Transfers blindly in the name of the agent who answers for the call. */
  async transfersOnBehalf(target, note) {
    await this.press("transfer-on-behalf");
    await this.at(`target-${target}`).click();
    await this.at("transfer-note").fill(note);
    await this.press("transfer-submit");
  }

  async endsForAll() {
    await this.press("end-for-all");
    await this.press("end-for-all-confirm");
  }

  /**
   * How this person takes part: `monitor`, `coach of agent:bob`, `listener`, `seat`, or null. The
   * page shows it, its client knows it.
   */
  #stands() {
    return this.page.evaluate(() => {
      const { client } = globalThis.trefoil;
      const call = client.calls.find(({ seated }) => seated);
      if (call === undefined) return null;
      if (call.observing === undefined) return "seat";
      const { mode, agent } = call.observing;
      return agent === undefined ? mode : `${mode} of ${agent}`;
    });
  }

  /** Waits until this person takes part in that way. */
  async standing(how) {
    const stands = async () => (await this.#stands()) === how;
    await eventually(`${this.name} takes part as ${how}`, stands);
  }

  /** The server's own answer to barging in, past what the desk would let be pressed. */
  async isRefusedToBarge() {
    const isBlocked = this.at("barge").and(this.page.locator("[aria-disabled=true]"));
    await isBlocked.waitFor();
    return this.page.evaluate(async () => {
      const { client } = globalThis.trefoil;
      const { id } = client.calls.find(({ seated }) => seated);
      return client.barge(id).then(
        () => null,
        ({ code }) => code,
      );
    });
  }
}
