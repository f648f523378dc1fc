/** @import { DeskChanges, DeskView } from "./types.js" */

/**
 * A desk with what is new at it.
 *
 * @param {DeskView} desk
 * @param {DeskChanges} changes
 * @returns {DeskView}
 */
export function changed(desk, changes) {
  return {
    you: changes.you ?? desk.you,
    agents: replaced(desk.agents, changes.agents, changes.agents_gone),
    teams: replaced(desk.teams, changes.teams, changes.teams_gone),
    server_time_ms: changes.server_time_ms,
  };
}

/**
 * @template {{ id: string }} T
 * @param {readonly T[]} before
 * @param {readonly T[]} changes
 * @param {readonly string[]} gone
 * @returns {T[]}
 */
function replaced(before, changes, gone) {
  if (changes.length + gone.length === 0) return [...before];
  const all = new Map([...before, ...changes].map((one) => [one.id, one]));
  for (const id of gone) all.delete(id);
  return [...all.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
