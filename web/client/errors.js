/** @import { WireError } from "./types.js" */

/** A refusal by the server, or the reason why a request could not reach it. */
export class TrefoilError extends Error {
  /**
   * @param {string} code stable, for programs
   * @param {string} message for people
   * @param {Readonly<Record<string, unknown>>} [extra] what else the server said
   */
  constructor(code, message, extra = {}) {
    super(message);
    this.name = "TrefoilError";
    this.code = code;
    this.extra = extra;
  }

  /** How long the server asks to wait before the next try; 0 where it does not say. */
  get retryAfterMs() {
    const wait = this.extra["retry_after_ms"];
    return typeof wait === "number" && wait > 0 ? wait : 0;
  }

  /** @param {WireError} error */
  static fromWire(error) {
    const { code, message, ...extra } = error;
    return new TrefoilError(code, message, extra);
  }
}

/**
 * @typedef {"denied" | "missing" | "busy" | "insecure" | "unsupported" | "failed"} MicrophoneCode
 */

/** @type {Readonly<Record<MicrophoneCode, readonly [message: string, advice: string]>>} */
const MICROPHONE_TEXTS = {
  denied: [
    "This page may not use the microphone.",
    "Allow the microphone in the browser's address bar, then try again.",
  ],
  missing: ["No microphone was found.", "Plug in a headset or microphone, then try again."],
  busy: [
    "The microphone could not be opened.",
    "Another program may be using it. Close that program, then try again.",
  ],
  insecure: [
    "The microphone works on secure pages only.",
    "Open this page over https, or on localhost.",
  ],
  unsupported: [
    "This microphone does not offer what was asked of it.",
    "Choose another microphone in the browser's settings, then try again.",
  ],
  failed: ["The microphone stopped working.", "Check that it is plugged in, then try again."],
};

/** @type {Readonly<Record<string, MicrophoneCode>>} by `DOMException` name */
const MICROPHONE_CODES = {
  NotAllowedError: "denied",
  PermissionDeniedError: "denied",
  SecurityError: "insecure",
  NotFoundError: "missing",
  DevicesNotFoundError: "missing",
  NotReadableError: "busy",
  TrackStartError: "busy",
  AbortError: "busy",
  OverconstrainedError: "unsupported",
};

/** Why there is no microphone, and what the person can do next. */
export class MicrophoneError extends TrefoilError {
  /** @param {MicrophoneCode} reason */
  constructor(reason) {
    const [message, advice] = MICROPHONE_TEXTS[reason];
    super(`microphone_${reason}`, message);
    this.name = "MicrophoneError";
    this.reason = reason;
    this.advice = advice;
  }

  /**
   * Translates what `getUserMedia` rejected with.
   *
   * @param {unknown} cause
   */
  static from(cause) {
    if (cause instanceof MicrophoneError) return cause;
    const name = cause instanceof Error ? cause.name : "";
    return new MicrophoneError(MICROPHONE_CODES[name] ?? "failed");
  }
}
