import { expect, test } from "../support/test.ts";

test("what goes wrong unseen is noticed", async ({ page, watch }) => {
  await page.goto("/");
  expect(watch.problems).toEqual([]);
  await page.evaluate(async () => {
    console.error("something broke");
    const picture = document.createElement("img");
    picture.src = "http://elsewhere.example/picture.png";
    document.body.append(picture);
    document.body.setAttribute("style", "color: red");
    await fetch("/nothing/here");
    setTimeout(() => {
      throw new Error("nobody caught this");
    });
  });
  const noticed = () => watch.problems.join("\n");
  await expect.poll(noticed).toContain("something broke");
  await expect.poll(noticed).toContain("nobody caught this");
  await expect.poll(noticed).toMatch(/status 404.*nothing\/here/);
  await expect.poll(noticed).toMatch(/elsewhere\.example.*Content Security Policy/s);
  await expect.poll(noticed).toMatch(/inline style/);
  watch.problems.length = 0;
});
