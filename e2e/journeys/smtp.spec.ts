import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freshEmail, password } from "../support/account.ts";
import { freePort } from "../support/port.ts";
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

/** The server's output up to a word that says it is ready. */
function ready(server: ChildProcess, word: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = "";
    const listen = (text: Buffer) => {
      log += text.toString();
      if (log.includes(word)) resolve();
    };
    server.stdout?.on("data", listen);
    server.stderr?.on("data", listen);
    server.once("error", reject);
    server.once("exit", () => reject(new Error(`it ended before it was ready:\n${log}`)));
  });
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const ended = new Promise((resolve) => server.once("exit", resolve));
  server.kill("SIGTERM");
  await ended;
}

const withPost = test.extend<{ post: Post }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from the pattern.
  post: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), "momentum-mail-"));
    const [smtp, web, port] = [await freePort(), await freePort(), await freePort()];
    const maildev = spawn(
      process.execPath,
      [
        join(import.meta.dirname, "../node_modules/maildev/bin/maildev"),
        ...["--smtp", `${smtp}`, "--ip", "127.0.0.1"],
        ...["--web", `${web}`, "--web-ip", "127.0.0.1"],
        ...["--mail-directory", join(folder, "inbox")],
      ],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    await ready(maildev, `:${web}`);
    const arguments_ = ["serve", "--listen", `127.0.0.1:${port}`, "--data-dir", join(folder, "data")];
    const site = spawn(process.env.MOMENTUM_BIN ?? "", arguments_, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, MOMENTUM_SMTP_URL: `smtp://127.0.0.1:${smtp}` },
    });
    await ready(site, "listening on");
    await use({ address: `http://127.0.0.1:${port}`, inbox: `http://127.0.0.1:${web}` });
    await stop(site);
    await stop(maildev);
    await rm(folder, { recursive: true, force: true });
  },
});

withPost("a real mail server receives the welcome, and its link works", async ({ post, elsewhere }) => {
  const { site } = await elsewhere({ baseURL: post.address });
  const { page } = site;
  const email = freshEmail();
  await site.openSignUp();
  await site.fillSignUp({ name: "Zoë “Zo” Ødegård", email, password });
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
