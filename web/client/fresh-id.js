/** One that nobody else has: also on pages without a secure origin. */
export function freshId() {
  const random = crypto.getRandomValues(new Uint8Array(12));
  return [...random].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
