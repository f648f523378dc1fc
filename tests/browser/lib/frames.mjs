// Whether the encoded frames somebody is sent are those of one talker, one by one and unchanged.
import { fileURLToPath } from "node:url";

const TAP = fileURLToPath(new URL("frames.js", import.meta.url));
/** 20 ms at 48 kHz: what the timestamps of two frames in a row differ by. */
const FRAME = 960;
/** So many equal frames in a row are no chance. */
const RUN = 10;

/** Notes the frames of a page from its next load on. */
export function tapFrames(page) {
  return page.addInitScript({ path: TAP });
}

/** How many frames of sound a page has been sent so far. */
export function countFrames(page) {
  return page.evaluate(() => globalThis.__frames.received.length);
}

/** @returns {Promise<{ sent: Frame[], received: Frame[] }>} what a page sent and was sent */
export function framesOf(page) {
  return page.evaluate(() => globalThis.__frames);
}

const forward = (from, to, modulus) => (((to - from) % modulus) + modulus) % modulus;

/**
 * Where in `sent` the frames of `received` begin, or -1.
 *
 * @param {Frame[]} sent
 * @param {Frame[]} received
 */
function placeOf(sent, received) {
  const run = received.slice(0, RUN);
  return sent.findIndex((_, at) => run.every(({ data }, i) => sent[at + i]?.data === data));
}

/**
 * Compares what a listener received with what one talker sent. The server numbers and dates the
 * frames for each listener anew; from one to the next both must go on as if nothing happened.
 *
 * @typedef {{ rtpTimestamp: number, sequenceNumber?: number, synchronizationSource: number,
 *   payloadType: number, data: string }} Frame
 * @param {Frame[]} sent
 * @param {Frame[]} received
 * @returns {{ same: number, differences: string[] }} how many are the talker's, and what is not
 */
export function compareFrames(sent, received) {
  const place = placeOf(sent, received);
  if (place === -1) return { same: 0, differences: ["these are not the talker's frames"] };
  const differences = [];
  let same = 0;
  const offset = received[0].rtpTimestamp - sent[place].rtpTimestamp;
  const at = new Map(sent.map((frame) => [forward(0, frame.rtpTimestamp, 2 ** 32), frame]));
  for (const [i, frame] of received.entries()) {
    const original = at.get(forward(offset, frame.rtpTimestamp, 2 ** 32));
    if (original === undefined) differences.push(`frame ${i} is none of the talker's`);
    else if (original.data !== frame.data) differences.push(`frame ${i} has other bytes`);
    else same += 1;
    if (i > 0) differences.push(...stepsBetween(received[i - 1], frame, i));
  }
  return { same, differences };
}

/** What changes from one frame to the next beside its bytes. */
function stepsBetween(before, frame, i) {
  const steps = [];
  const number = forward(before.sequenceNumber, frame.sequenceNumber, 2 ** 16);
  const time = forward(before.rtpTimestamp, frame.rtpTimestamp, 2 ** 32);
  if (number !== 1) steps.push(`the number goes on by ${number} at frame ${i}`);
  if (time !== FRAME) steps.push(`the time goes on by ${time} at frame ${i}`);
  for (const key of ["synchronizationSource", "payloadType"]) {
    if (frame[key] !== before[key]) steps.push(`the ${key} is another at frame ${i}`);
  }
  return steps;
}
