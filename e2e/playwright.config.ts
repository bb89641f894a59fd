import { defineConfig, type PlaywrightTestConfig } from "@playwright/test";

const address = process.env.MOMENTUM_URL;
if (!address) throw new Error("MOMENTUM_URL is not set: run e2e/run.sh, which starts a server.");

const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // No name leads anywhere: whatever would leave this machine fails, and a failed request fails the test.
  "--host-resolver-rules=MAP localhost 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

const projects: NonNullable<PlaywrightTestConfig["projects"]> = [
  { name: "journeys", testDir: "journeys" },
  { name: "sweeps", testDir: "sweeps" },
];
// These write files or take their time, so they run only when they are asked for.
if (process.env.SCREENSHOTS)
  projects.push({ name: "screenshots", testDir: "tools", testMatch: "screenshots.ts" });
if (process.env.LIGHTHOUSE)
  projects.push({ name: "lighthouse", testDir: "tools", testMatch: "lighthouse.ts" });

export default defineConfig({
  projects,
  fullyParallel: true,
  workers: 2,
  // Two slow processors stumble now and then. Whatever needed its second try is listed as flaky.
  retries: 1,
  // Looking at a page in every size and theme takes its time on two slow processors.
  timeout: 120_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: [["list"]],
  outputDir: "test-results",
  use: {
    baseURL: address,
    locale: "en-US",
    timezoneId: "America/New_York",
    colorScheme: "light",
    viewport: { width: 1280, height: 800 },
    contextOptions: { reducedMotion: "reduce" },
    actionTimeout: 15_000,
    navigationTimeout: 30_000,
    screenshot: "only-on-failure",
    trace: process.env.TRACE ? "retain-on-failure" : "off",
    launchOptions: { executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args },
  },
});
