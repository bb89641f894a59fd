import { expectAccessible } from "../support/accessibility.ts";
import { freshEmail, ownPassword } from "../support/account.ts";
import { startSite } from "../support/programs.ts";
import { expect, test } from "../support/test.ts";

/** A site that somebody has just installed: no demo, nobody there. */
interface NewSite {
  address: string;
  setupPath: string;
}

const installed = test.extend<{ newSite: NewSite }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from the pattern.
  newSite: async ({}, use) => {
    const site = await startSite({ ready: /\/setup\?token=\S+(?=\s)/ });
    await use({ address: site.address, setupPath: site.said });
    await site.stop();
  },
});

installed("a new site is set up once, by whoever can read its log", async ({ newSite, elsewhere }) => {
  const { site } = await elsewhere({ baseURL: newSite.address });
  const { page } = site;

  await test.step("nothing is published yet, and the pages say so", async () => {
    await page.goto("/");
    await expect(page.getByRole("heading", { name: "The first courses are on their way" })).toBeVisible();
    await expectAccessible(page, "home without courses");
    await page.goto("/courses");
    await expectAccessible(page, "catalog without courses");
  });

  await test.step("a wrong token is refused, and what was typed stays", async () => {
    await page.goto("/setup");
    await expect(site.heading("Set up Momentum")).toBeVisible();
    await page.getByRole("textbox", { name: /token/i }).fill("guessed");
    await site.fillSignUp({ name: "Ira Stone", email: "ira@example.com", password: ownPassword });
    await page.getByRole("button", { name: "Create administrator" }).click();
    await expect(page.getByRole("alert")).toBeVisible();
    await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Ira Stone");
    await expectAccessible(page, "setup with an error");
  });

  await test.step("the link in the log opens it", async () => {
    await page.goto(newSite.setupPath);
    await expectAccessible(page, "setup");
    await site.fillSignUp({ name: "Ira Stone", email: freshEmail(), password: ownPassword });
    await page.getByRole("button", { name: "Create administrator" }).click();
    await expect(page).toHaveURL("/admin");
    await expect(page.getByRole("heading", { name: "Make or import the first course" })).toBeVisible();
    await expectAccessible(page, "panel without courses");
  });

  await test.step("then it is closed for good", async () => {
    expect((await page.goto(newSite.setupPath))?.status()).toBe(404);
  });
});
