import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freshEmail, ownPassword } from "../support/account.ts";
import { freePort } from "../support/port.ts";
import { start, startSite } from "../support/programs.ts";
import { expect, test } from "../support/test.ts";

/** A mail server that other people wrote, and a site that sends through it. */
interface Post {
  address: string;
  inbox: string;
}

interface Received {
  subject: string;
  text: string;
  html: string;
  headers: Record<string, string>;
  to: { address: string; name: string }[];
}

const withPost = test.extend<{ post: Post }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from the pattern.
  post: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), "momentum-mail-"));
    const [smtp, web] = [await freePort(), await freePort()];
    const args = [
      join(import.meta.dirname, "../node_modules/maildev/bin/maildev"),
      ...["--smtp", `${smtp}`, "--ip", "127.0.0.1"],
      ...["--web", `${web}`, "--web-ip", "127.0.0.1"],
      ...["--mail-directory", folder],
    ];
    const maildev = await start(process.execPath, args, new RegExp(`:${web}`));
    const site = await startSite({ env: { MOMENTUM_SMTP_URL: `smtp://127.0.0.1:${smtp}` } });
    await use({ address: site.address, inbox: `http://127.0.0.1:${web}` });
    await site.stop();
    await maildev.stop();
    await rm(folder, { recursive: true, force: true });
  },
});

withPost("a real mail server receives the welcome, and its link works", async ({ post, elsewhere }) => {
  const { site } = await elsewhere({ baseURL: post.address });
  const { page } = site;
  const email = freshEmail();
  await site.openSignUp();
  await site.fillSignUp({ name: "Zoë “Zo” Ødegård", email, password: ownPassword });
  await site.submitSignUp();
  await expect(page).toHaveURL("/dashboard");

  let mails: Received[] = [];
  await expect(async () => {
    mails = (await (await fetch(`${post.inbox}/email`)).json()) as Received[];
    expect(mails).toHaveLength(1);
  }).toPass();
  const [mail] = mails;
  expect(mail?.subject).toBe("Welcome to Momentum: confirm your address");
  expect(mail?.to).toEqual([{ address: email, name: "Zoë “Zo” Ødegård" }]);
  expect(mail?.headers["auto-submitted"]).toBe("auto-generated");
  expect(mail?.html).toContain("Welcome, Zoë “Zo” Ødegård");
  const link = /^http:\S+$/m.exec(mail?.text ?? "")?.[0] ?? "";
  expect(mail?.html).toContain(`href="${link}"`);

  await page.goto(link);
  await page.getByRole("button", { name: "Confirm my address" }).click();
  await expect(page.getByText("Your address is confirmed.")).toBeVisible();
});
