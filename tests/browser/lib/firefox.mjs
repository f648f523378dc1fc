// Firefox as Debian has it, driven over WebDriver BiDi, with a person's tone as its microphone.
import { access } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { firefox } from "playwright-core";
import { PATIENCE_MS } from "./patience.mjs";
import { PULSEAUDIO, soundServer } from "./sound-server.mjs";
import { TONES } from "./tone.mjs";

const EXECUTABLE = process.env.FIREFOX ?? "/usr/bin/firefox-esr";
const EAR = fileURLToPath(new URL("ear.js", import.meta.url));
const START_MS = 30_000;

/** Nothing is fetched, reported or shown that no test asked for; the microphone is a sine. */
const PREFERENCES = {
  // Without a lasting permission Firefox uses the address of the default route and no other.
  "permissions.default.microphone": 1,
  "media.navigator.streams.fake": true,
  // The server sits on loopback, which Firefox leaves out otherwise.
  "media.peerconnection.ice.loopback": true,
  "media.gmp-manager.updateEnabled": false,
  "app.normandy.enabled": false,
  "app.update.enabled": false,
  "browser.safebrowsing.downloads.remote.enabled": false,
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "captivedetect.canonicalURL": "",
  "datareporting.policy.dataSubmissionEnabled": false,
  "datareporting.healthreport.uploadEnabled": false,
  "extensions.update.enabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "toolkit.telemetry.enabled": false,
};

/** Why there can be no Firefox stories on this machine; false when there can. */
export async function firefoxMissing() {
  for (const program of [EXECUTABLE, PULSEAUDIO]) {
    const there = await access(program).then(() => true, () => false);
    if (!there) return `no Firefox here: ${program} is missing (scripts/install.sh browser)`;
  }
  return false;
}

/** A running Firefox, which a story uses as it does {@link import("./browser.mjs").Browser}. */
export class Firefox {
  #browser;

  /** @param {string} name whose tone it sends */
  static async open(name) {
    const opened = new Firefox();
    opened.#browser = await firefox.launch({
      channel: "moz-firefox",
      executablePath: EXECUTABLE,
      headless: true,
      timeout: START_MS,
      env: { ...process.env, PULSE_SERVER: await soundServer() },
      firefoxUserPrefs: {
        ...PREFERENCES,
        "media.navigator.audio.fake_frequency": TONES[name],
      },
    });
    return opened;
  }

  /** A person's page of its own: nothing is shared with earlier pages of this browser. */
  async visit() {
    const context = await this.#browser.newContext({
      bypassCSP: true,
      viewport: { width: 1280, height: 800 },
    });
    await context.addInitScript({ path: EAR });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    return page;
  }

  get alive() {
    return this.#browser.isConnected();
  }

  async close() {
    await this.#browser.close();
  }
}
