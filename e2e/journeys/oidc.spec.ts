import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expectAccessible } from "../support/accessibility.ts";
import { password } from "../support/account.ts";
import { freePort } from "../support/port.ts";
import { start, startSite } from "../support/programs.ts";
import { expect, test } from "../support/test.ts";

/** A site on which one signs in with a provider that other people wrote. */
const withProvider = test.extend<{ address: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from the pattern.
  address: async ({}, use) => {
    const [port, providerPort] = [await freePort(), await freePort()];
    const callback = `http://127.0.0.1:${port}/sign-in/with/elsewhere/callback`;
    const script = join(import.meta.dirname, "../support/oidc.mjs");
    const provider = await start(process.execPath, [script, `${providerPort}`, callback], /ready/);
    const providers = [
      {
        id: "elsewhere",
        name: "Elsewhere",
        issuer: `http://127.0.0.1:${providerPort}`,
        client_id: "momentum",
        client_secret: "a-secret-for-this-test-only",
      },
    ];
    const env = { MOMENTUM_IDENTITY_PROVIDERS: JSON.stringify(providers) };
    const site = await startSite({ port, args: ["--demo"], env });
    await use(site.address);
    await site.stop();
    await provider.stop();
  },
});

/** What the provider's own pages ask for is not ours to judge. */
const atProvider = /request to elsewhere|fonts\.googleapis\.com/;

/** Signs in at the provider and allows what it asks for. */
async function signInElsewhere(page: Page, name: string): Promise<void> {
  await page.locator('input[name="login"]').fill(name);
  await page.locator('input[name="password"]').fill("whatever");
  await page.locator('button[type="submit"]').click();
  await page.locator('button[type="submit"]').click();
}

withProvider("signing in with an account elsewhere", async ({ address, elsewhere }) => {
  const { site, watch } = await elsewhere({ baseURL: address });
  const { page } = site;
  watch.allow(atProvider);
  const answers: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/callback?")) answers.push(request.url());
  });

  await test.step("the first time makes an account", async () => {
    await page.goto("/sign-in?return_to=%2Fcourses");
    await expectAccessible(page, page.url());
    await page.getByRole("link", { name: "Continue with Elsewhere" }).click();
    await signInElsewhere(page, "robin");
    await expect(page).toHaveURL("/courses");
    await page.goto("/settings/connections");
    await expect(page.getByRole("heading", { name: "Elsewhere" })).toBeVisible();
    await expect(page.getByText("robin@elsewhere.example")).toBeVisible();
    await expect(page.getByText("This is your only way to sign in")).toBeVisible();
    await expectAccessible(page, page.url());
    await page.goto("/settings/profile");
    await expect(page.getByLabel("Time zone")).toHaveValue("America/New_York");
  });

  await test.step("an answer is good once", async () => {
    const { site: thief, watch: seen } = await elsewhere({ baseURL: address });
    seen.allow(atProvider, /status 40\d/);
    const [answer] = answers;
    await thief.page.goto(answer ?? "");
    await expect(thief.page.getByRole("alert")).toContainText("Start again");
    await thief.page.goto("/dashboard");
    await expect(thief.page).toHaveURL(/\/sign-in/);
  });

  await test.step("an address of somebody else's account opens nothing", async () => {
    const owner = await elsewhere({ baseURL: address });
    owner.watch.allow(atProvider);
    await owner.site.openSignUp();
    await owner.site.fillSignUp({ name: "Kim Owner", email: "kim@elsewhere.example", password });
    await owner.site.submitSignUp();
    await expect(owner.site.page).toHaveURL("/dashboard");

    const { site: other, watch: seen } = await elsewhere({ baseURL: address });
    seen.allow(atProvider, /status 40\d/);
    await other.page.goto("/sign-in");
    await other.page.getByRole("link", { name: "Continue with Elsewhere" }).click();
    await signInElsewhere(other.page, "kim");
    await expect(other.page.getByRole("alert")).toContainText("There is an account with your email address");

    await test.step("but its owner connects it, and then it does", async () => {
      const { page: own } = owner.site;
      await own.goto("/settings/connections");
      await own.getByRole("link", { name: "Connect Elsewhere" }).click();
      await signInElsewhere(own, "kim");
      await expect(own.getByText("The service is connected.")).toBeVisible();
      await other.page.goto("/sign-in");
      await other.page.getByRole("link", { name: "Continue with Elsewhere" }).click();
      await expect(other.page).toHaveURL("/dashboard");
    });
  });
});
