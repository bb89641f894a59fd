import { createHmac } from "node:crypto";
import type { CDPSession, Page } from "@playwright/test";
import { expectGood } from "../support/accessibility.ts";
import { demo, password } from "../support/account.ts";
import { expect, test } from "../support/test.ts";

/** An authenticator app, written from RFC 6238. */
function totp(secret: string, at = Date.now()): string {
  let bits = "";
  for (const letter of secret)
    bits += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const hash = createHmac("sha1", key).update(counter).digest();
  const offset = (hash[19] ?? 0) & 15;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** A phone with a fingerprint reader, as Chromium pretends to have one. */
async function plugInAuthenticator(page: Page): Promise<CDPSession> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return cdp;
}

test("an authenticator app, its codes and the recovery codes", async ({ site, shortcut, watch }) => {
  test.setTimeout(120_000);
  watch.allow(/401/);
  watch.allow(/422/);
  const { page } = site;
  const email = await shortcut.signUp("Ada Winter");
  await page.goto("/settings/security");
  await expectGood(page, "security, off");
  await page.getByRole("button", { name: "Set up an authenticator app" }).click();
  await expect(site.heading("Set up an authenticator app")).toBeVisible();
  await expectGood(page, "authenticator");
  await page.getByText("Can’t scan it?").click();
  const secret = ((await page.locator(".secret-key").textContent()) ?? "").replaceAll(/\s/g, "");
  await page.getByLabel("Six digits from the app").fill("000000");
  await page.getByRole("button", { name: "Turn on" }).click();
  await expect(page.getByRole("alert")).toContainText("not right");
  await expectGood(page, "authenticator, refused");
  await page.getByLabel("Six digits from the app").fill(totp(secret));
  await page.getByRole("button", { name: "Turn on" }).click();
  await expect(site.heading("Save your recovery codes")).toBeVisible();
  await expectGood(page, "recovery codes");
  const codes = await page.locator("main code").allInnerTexts();
  expect(codes).toHaveLength(10);
  const saved = page.waitForEvent("download");
  await page.getByRole("link", { name: "Save as a text file" }).click();
  expect((await saved).suggestedFilename()).toBe("momentum-recovery-codes.txt");
  await page.getByRole("link", { name: "I have saved them" }).click();
  await expect(page.getByText("10 of 10 left")).toBeVisible();
  await expectGood(page, "security, on");

  await site.signOut();
  await page.goto("/sign-in?return_to=/notes");
  await site.signIn(email);
  await expect(site.heading("One more step")).toBeVisible();
  await expectGood(page, "second step");
  await page.getByLabel("Code", { exact: true }).fill("000000");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("alert")).toContainText("not right");
  // The code of before was used up by setting the app up; the next one is good already.
  await page.getByLabel("Code", { exact: true }).fill(totp(secret, Date.now() + 30_000));
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page).toHaveURL("/notes");

  await site.signOut();
  await page.goto("/sign-in");
  await site.signIn(email);
  await page.getByLabel("Code", { exact: true }).fill(codes[0] ?? "");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page).toHaveURL(/\/dashboard$/);
  await page.goto("/settings/security");
  await expect(page.getByText("9 of 10 left")).toBeVisible();
  await page.goto("/settings/confirm");
  await expectGood(page, "confirm");
  await page.getByRole("textbox", { name: "Password", exact: true }).fill(password);
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(site.heading("Security")).toBeVisible();
});

test("a passkey instead of the password, and after it", async ({ site, shortcut }) => {
  test.setTimeout(120_000);
  const { page } = site;
  const email = await shortcut.signUp("Ada Winter");
  const cdp = await plugInAuthenticator(page);
  await page.goto("/settings/security");
  await page.getByLabel("Name of the new passkey").fill("My laptop");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await expect(site.heading("Save your recovery codes")).toBeVisible();
  await page.getByRole("link", { name: "I have saved them" }).click();
  await expect(page.getByText("My laptop", { exact: true }).first()).toBeVisible();
  await expectGood(page, "security with a passkey");
  await page.getByText("Rename My laptop").click();
  await page.getByLabel("New name of My laptop").fill("My computer");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Your passkey has a new name.")).toBeVisible();

  // The authenticator plays a person who picks the passkey the address field suggests.
  await site.signOut();
  await page.goto("/sign-in?return_to=/notes");
  await expect(page).toHaveURL("/notes");

  // A browser without such suggestions has the button.
  await page.addInitScript(() => {
    PublicKeyCredential.isConditionalMediationAvailable = async () => false;
  });
  await site.signOut();
  await page.goto("/sign-in?return_to=/notes");
  await page.getByRole("button", { name: "Sign in with a passkey" }).click();
  await expect(page).toHaveURL("/notes");

  await site.signOut();
  await page.goto("/sign-in");
  await site.signIn(email);
  await expect(site.heading("One more step")).toBeVisible();
  await expectGood(page, "second step with a passkey");
  await page.getByRole("button", { name: "Use your passkey" }).click();
  await expect(page).toHaveURL(/\/dashboard$/);

  await page.goto("/settings/confirm?return_to=/notes");
  await page.getByRole("button", { name: "Use your passkey" }).click();
  await expect(page).toHaveURL("/notes");

  await page.goto("/settings/security");
  await page.getByRole("button", { name: "Remove My computer" }).click();
  await expect(page.getByText(/The passkey is removed/)).toBeVisible();
  await cdp.detach();
});

test("an administrator sets how accounts are protected", async ({ site, shortcut }) => {
  const { page } = site;
  await shortcut.signIn(demo.admin);
  await page.goto("/admin/settings/security");
  await expect(site.heading("Security")).toBeVisible();
  await expectGood(page, "security settings");
  // Nothing is changed: other stories run on the same site.
  await page.getByLabel("Keep entries for this many days").fill("7");
  await page.getByRole("button", { name: "Save security settings" }).click();
  await expect(page.getByRole("alert")).toContainText("at least 30 days");
  await expectGood(page, "security settings, refused");
});

test("somebody who cancels hears what happened", async ({ site, shortcut }) => {
  const { page } = site;
  await shortcut.signUp("Ada Winter");
  await page.addInitScript(() => {
    navigator.credentials.create = () => Promise.reject(new DOMException("canceled", "NotAllowedError"));
  });
  await page.goto("/settings/security");
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await expect(page.getByText("No passkey was used: it was canceled, or it took too long.")).toBeVisible();
});
