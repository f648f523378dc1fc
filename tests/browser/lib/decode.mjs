// The hold music as samples: a browser decodes it, since nothing else here knows Opus.
import { readFile } from "node:fs/promises";
import { RATE } from "./spectrum.mjs";

const FILE = new URL("../../../assets/hold-music.opus", import.meta.url);

/** @returns {Promise<Float32Array>} mono */
export async function decodeClip(page) {
  const encoded = (await readFile(FILE)).toString("base64");
  const decoded = await page.evaluate(
    async ({ text, rate }) => {
      const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      const buffer = await new OfflineAudioContext(1, 1, rate).decodeAudioData(bytes.buffer);
      const samples = Int16Array.from(buffer.getChannelData(0), (value) => value * 32_767);
      const out = new Uint8Array(samples.buffer);
      let binary = "";
      for (let i = 0; i < out.length; i += 32_768) {
        binary += String.fromCharCode(...out.subarray(i, i + 32_768));
      }
      return btoa(binary);
    },
    { text: encoded, rate: RATE },
  );
  const bytes = Buffer.from(decoded, "base64");
  const length = bytes.length / 2;
  return Float32Array.from({ length }, (_, n) => bytes.readInt16LE(n * 2) / 32_767);
}
