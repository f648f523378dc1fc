// The tone each person's microphone sends, as a WAV file that loops without a seam.
import { mkdir, writeFile } from "node:fs/promises";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { RATE } from "./spectrum.mjs";

/**
 * Hertz by person. Chosen so that Opus can carry any of them together, mixed and encoded once more
 * at 32 kb/s, and leave some 65 dB to the others: far from each other, since its noise gathers
 * around what it carries, and none near a harmonic, a difference tone or a 50 Hz frame-rate side
 * band of the others.
 */
export const TONES = Object.freeze({ alice: 539, bob: 1717, carol: 3407, eve: 5525 });

/** Amplitude of every tone: three of them mixed stay below the limiter. */
export const AMPLITUDE = 0.25;

const SECONDS = 60;
const HEADER_BYTES = 44;

/** Writes whole seconds of a sine with a whole number of hertz, so that its end meets its start. */
async function writeTone(file, hertz) {
  const bytes = Buffer.alloc(HEADER_BYTES + SECONDS * RATE * 2);
  bytes.write("RIFF", 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write("WAVEfmt ", 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(RATE, 24);
  bytes.writeUInt32LE(RATE * 2, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write("data", 36);
  bytes.writeUInt32LE(SECONDS * RATE * 2, 40);
  for (let n = 0; n < SECONDS * RATE; n += 1) {
    const value = AMPLITUDE * Math.sin(2 * Math.PI * hertz * ((n % RATE) / RATE));
    bytes.writeInt16LE(Math.round(value * 32_767), HEADER_BYTES + n * 2);
  }
  await writeFile(file, bytes);
}

const folder = path.join(tmpdir(), `trefoil-tones-${process.pid}`);
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
const written = new Map();

/** Path of the WAV file that `name`'s microphone sends. */
export function microphoneOf(name) {
  if (!(name in TONES)) throw new Error(`${name} has no tone`);
  if (!written.has(name)) {
    const file = path.join(folder, `${name}.wav`);
    const writing = mkdir(folder, { recursive: true }).then(() => writeTone(file, TONES[name]));
    written.set(name, writing.then(() => file));
  }
  return written.get(name);
}
