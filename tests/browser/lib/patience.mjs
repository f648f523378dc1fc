// How long is waited for what has to come.

/**
 * A dead path is noticed after ten seconds and more, and a busy machine takes its time; what never
 * comes is waited for but once.
 */
export const PATIENCE_MS = 25_000;
