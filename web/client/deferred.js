/**
 * A promise that is settled from outside.
 *
 * @template T
 * @typedef {{ promise: Promise<T>, resolve: (value: T) => void, reject: (e: Error) => void }}
 *   Deferred
 */

/**
 * @template T
 * @returns {Deferred<T>}
 */
export function deferred() {
  /** @type {(value: T) => void} */
  let resolve = () => {};
  /** @type {(error: Error) => void} */
  let reject = () => {};
  /** @type {Promise<T>} */
  const promise = new Promise((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/**
 * Rejects with `error` if the promise takes longer.
 *
 * @template T
 * @param {Promise<T>} promise
 * @param {number} ms
 * @param {Error} error
 * @returns {Promise<T>}
 */
export function within(promise, ms, error) {
  const late = deferred();
  const timer = setTimeout(() => late.reject(error), ms);
  const bounded = Promise.race([promise, /** @type {Promise<never>} */ (late.promise)]);
  return bounded.finally(() => clearTimeout(timer));
}
