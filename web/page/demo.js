/**
 * What the server offers in demo mode only: who is there, and tokens for them.
 *
 * @typedef {object} Demo
 * @property {{ id: string, name: string }[]} teams
 * @property {{ id: string, name: string, teams: string[] }[]} agents
 *
 * @typedef {{ role: "agent", id: string } | { role: "customer", name: string }} Wish
 */

/** @returns {Promise<Demo | null>} null outside demo mode */
export async function demo() {
  try {
    const response = await fetch("/v1/demo");
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

/**
 * @param {Wish} wish
 * @returns {Promise<string>}
 */
export async function demoToken(wish) {
  const response = await fetch("/v1/demo/token", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(wish),
  });
  if (response.status === 429) throw new Error("Too many sign-ins; please wait a moment.");
  if (!response.ok) throw new Error("The server gave no demo token.");
  const { token } = await response.json();
  return token;
}
