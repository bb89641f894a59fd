import { deflateSync } from "node:zlib";
import { expectAccessible, expectNoSidewaysScroll } from "../support/accessibility.ts";
import { demo } from "../support/account.ts";
import { expect, test } from "../support/test.ts";

/** A grey picture. */
function png(width: number, height: number): Buffer {
  const crcOf = (bytes: Buffer) => {
    let crc = ~0;
    for (const byte of bytes) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    }
    return ~crc >>> 0;
  };
  const chunk = (name: string, content: Buffer) => {
    const out = Buffer.alloc(12 + content.length);
    out.writeUInt32BE(content.length, 0);
    out.write(name, 4, "latin1");
    content.copy(out, 8);
    out.writeUInt32BE(crcOf(out.subarray(4, 8 + content.length)), 8 + content.length);
    return out;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const rows = Buffer.alloc((width + 1) * height, 0x80);
  for (let row = 0; row < height; row++) rows[row * (width + 1)] = 0;
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A film of this many bytes that plays nothing. */
function film(length: number): Buffer {
  const film = Buffer.alloc(length, 1);
  film.write("\0\0\0\x18ftypisom\0\0\x02\0", 0, "latin1");
  return film;
}

test("files are uploaded, chosen for a course, and guarded while they are used", async ({
  site,
  shortcut,
  watch,
}) => {
  const { page } = site;
  const stamp = Date.now().toString(36);
  await shortcut.signIn(demo.admin);
  await page.goto("/admin/media");

  await test.step("a picture", async () => {
    await page.getByLabel("Add files").setInputFiles({
      name: `pot-${stamp}.png`,
      mimeType: "image/png",
      buffer: png(700, 400),
    });
    await expect(page.getByRole("link", { name: `pot-${stamp}.png` })).toBeVisible();
    await expectAccessible(page, "media library");
    await expectNoSidewaysScroll(page, "media library");
  });

  await test.step("what is no picture says why", async () => {
    watch.allow(/status 422: PATCH/);
    await page.getByLabel("Add files").setInputFiles([
      {
        name: "page.png",
        mimeType: "image/png",
        buffer: Buffer.from("<html><script>alert(1)</script></html>"),
      },
      { name: `cup-${stamp}.png`, mimeType: "image/png", buffer: png(300, 200) },
    ]);
    await expect(page.getByRole("alert").first()).toContainText("This kind of file can't be used");
    // The good one is in the list at once, and what went wrong stays on the page.
    await expect(page.getByRole("link", { name: `cup-${stamp}.png` })).toBeVisible();
    await expect(page.getByRole("alert").first()).toContainText("This kind of file can't be used");
  });

  await test.step("a film goes on after the connection broke", async () => {
    await page.goto("/admin/media");
    watch.allow(/failed request/);
    let pieces = 0;
    await page.route("**/admin/media/uploads/*", (route) => {
      const cut = route.request().method() === "PATCH" && ++pieces === 2;
      return cut ? route.abort("connectionreset") : route.continue();
    });
    await page.getByLabel("Add files").setInputFiles({
      name: `day-${stamp}.mp4`,
      mimeType: "video/mp4",
      buffer: film(18 * 1024 * 1024),
    });
    await expect(page.getByRole("link", { name: `day-${stamp}.mp4` })).toBeVisible({ timeout: 30_000 });
    expect(pieces, "three pieces, one of them twice").toBe(4);
    await page.unroute("**/admin/media/uploads/*");
  });

  await test.step("chosen for a course", async () => {
    await page.goto("/admin/courses");
    await page.getByRole("link", { name: "SQL in seven days" }).first().click();
    await page.getByRole("button", { name: "Choose a file for Picture" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Search by name").fill(`pot-${stamp}`);
    await expect(dialog.getByText("1 file", { exact: true })).toBeVisible();
    await expectAccessible(page, "media picker");
    await dialog.getByRole("button", { name: `pot-${stamp}.png` }).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByRole("textbox", { name: "Picture" })).toHaveValue(/^\/media\/.*pot-.*\.png$/);
    await page.getByRole("button", { name: /^Save/ }).first().click();
    await expect(page.locator("#toasts")).toContainText(/saved/i);
    await page.goto("/courses/sql-in-seven-days");
    const cover = page.locator(".course-cover img");
    await expect(cover).toHaveAttribute("srcset", /w=320 320w/);
    await expect
      .poll(() => cover.evaluate((image: HTMLImageElement) => image.naturalWidth))
      .toBeGreaterThan(0);
  });

  await test.step("guarded", async () => {
    await page.goto("/admin/media");
    await page.getByRole("link", { name: `pot-${stamp}.png` }).click();
    await expect(page.getByText("can’t be deleted")).toBeVisible();
    await expect(page.getByRole("link", { name: "SQL in seven days" })).toBeVisible();
    await expectAccessible(page, "a file");
    await expectNoSidewaysScroll(page, "a file");
    await page.goto("/admin/media");
    await page.getByRole("link", { name: `day-${stamp}.mp4` }).click();
    await page.getByText("Delete this file").click();
    await page.getByRole("button", { name: "Yes, delete it" }).click();
    await expect(page.getByText("The file is deleted.")).toBeVisible();
    await expect(page.getByRole("link", { name: `day-${stamp}.mp4` })).toHaveCount(0);
  });
});
