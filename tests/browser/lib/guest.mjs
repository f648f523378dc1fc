// People who only look on or wait: a page in the browser of another, since a browser costs seconds.
import { Agent } from "./person.mjs";

/**
 * Lets `name` in at a page of its own in the browser of `host`, and so with the microphone of
 * `host`: for people whom nobody is to hear.
 *
 * @param {import("./stage.mjs").Stage} stage
 * @param {string} name
 * @param {string} host
 */
export async function guest(stage, name, host, Role = Agent) {
  const { browser } = stage.people[host];
  stage.people[name] = new Role(name, browser, await browser.visit(), stage.server);
  return stage.people[name];
}
