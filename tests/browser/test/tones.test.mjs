// The tones themselves: whichever of them Opus carries together, it leaves 60 dB to the others.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { once } from "node:events";
import { Browser } from "../lib/browser.mjs";
import { MARGIN_DB, hear, marginOf, matches, voices } from "../lib/hearing.mjs";
import { RATE, WINDOW } from "../lib/spectrum.mjs";
import { AMPLITUDE, TONES, microphoneOf } from "../lib/tone.mjs";

/** Past the first moments, in which an encoder finds out what it is given. */
const SETTLED = RATE / 2;

/**
 * In the page: what Opus makes of sines; of several, each coded, mixed, and coded again. Resolves
 * with the last `wanted` samples in base64.
 */
async function coded({ tones, amplitude, rate, length, wanted }) {
  const FRAME = 960;

  function encoded(samples) {
    const chunks = [];
    const encoder = new AudioEncoder({
      output: (chunk) => chunks.push(chunk),
      error: (error) => console.error(error),
    });
    encoder.configure({
      codec: "opus",
      sampleRate: rate,
      numberOfChannels: 1,
      bitrate: 32_000,
      opus: { application: "voip", complexity: 5, frameDuration: 20_000 },
    });
    for (let start = 0; start + FRAME <= samples.length; start += FRAME) {
      encoder.encode(
        new AudioData({
          format: "f32",
          sampleRate: rate,
          numberOfFrames: FRAME,
          numberOfChannels: 1,
          timestamp: (start * 1_000_000) / rate,
          data: samples.subarray(start, start + FRAME),
        }),
      );
    }
    return encoder.flush().then(() => chunks);
  }

  async function decoded(chunks) {
    const pieces = [];
    const decoder = new AudioDecoder({
      output: (data) => {
        const piece = new Float32Array(data.numberOfFrames);
        data.copyTo(piece, { planeIndex: 0, format: "f32-planar" });
        pieces.push(piece);
        data.close();
      },
      error: (error) => console.error(error),
    });
    decoder.configure({ codec: "opus", sampleRate: rate, numberOfChannels: 1 });
    for (const chunk of chunks) decoder.decode(chunk);
    await decoder.flush();
    const all = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    return all;
  }

  const through = async (samples) => decoded(await encoded(samples));
  const sine = (hertz) => (_, n) => amplitude * Math.sin((2 * Math.PI * hertz * n) / rate);
  const spoken = (hertz) => Float32Array.from({ length }, sine(hertz));
  const single = await Promise.all(tones.map((hertz) => through(spoken(hertz))));
  const mix = single[0].map((_, n) => single.reduce((sum, one) => sum + (one[n] ?? 0), 0));
  const samples = (single.length === 1 ? mix : await through(mix)).slice(-wanted);
  const bytes = new Uint8Array(samples.buffer);
  let text = "";
  for (let i = 0; i < bytes.length; i += 32_768) {
    text += String.fromCharCode(...bytes.subarray(i, i + 32_768));
  }
  return btoa(text);
}

describe("the tones", () => {
  let server;
  let browser;
  let page;

  before(async () => {
    server = createServer((_, response) => {
      response.setHeader("content-type", "text/html");
      response.end("<!doctype html><title>tones</title>");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    browser = await Browser.open(await microphoneOf("alice"));
    page = await browser.visit();
    await page.goto(`http://127.0.0.1:${server.address().port}`);
  });

  after(async () => {
    await browser?.close();
    server?.close();
  });

  test("come out of Opus as they went in, however many talk", async () => {
    const names = Object.keys(TONES);
    for (let choice = 1; choice < 2 ** names.length - 1; choice += 1) {
      const heard = names.filter((_, i) => (choice >> i) % 2 === 1);
      const options = {
        tones: heard.map((name) => TONES[name]),
        amplitude: AMPLITUDE,
        rate: RATE,
        length: SETTLED + WINDOW,
        wanted: WINDOW,
      };
      const bytes = Buffer.from(await page.evaluate(coded, options), "base64");
      const samples = Float32Array.from({ length: WINDOW }, (_, n) => bytes.readFloatLE(n * 4));
      const finding = hear(samples, TONES, null);
      const margin = marginOf(finding);
      console.log(`  ${heard.join(" + ")}: ${margin.toFixed(0)} dB`);
      const says = `${heard}: ${margin} of ${MARGIN_DB} dB, ${JSON.stringify(finding)}`;
      assert.ok(matches(finding, voices(...heard)), says);
    }
  });
});
