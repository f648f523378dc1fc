/**
 * What some browsers tell of the network.
 *
 * @typedef {EventTarget & { type?: string }} Network
 */

/**
 * Calls `heed` when the browser says that the network is back, or another.
 *
 * @param {() => void} heed
 * @param {AbortSignal} signal ends it
 */
export function heedNetwork(heed, signal) {
  globalThis.addEventListener?.("online", heed, { signal });
  const { navigator } = /** @type {{ navigator?: { connection?: Network } }} */ (globalThis);
  const network = navigator?.connection;
  let type = network?.type;
  const changed = () => {
    // It also tells of each new estimate of the speed.
    if (network?.type === type) return;
    type = network?.type;
    heed();
  };
  network?.addEventListener("change", changed, { signal });
}
