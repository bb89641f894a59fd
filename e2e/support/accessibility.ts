import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What depends on colors; all else is the same in both themes. */
const colorRules = ["color-contrast", "link-in-text-block"];

/** axe finds nothing on the page as it is now, in the light and the dark theme. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await settled(page);
    // The one frame that we have (a mail in the mailbox) lets no script in, so this page is all there is to look at.
    const axe = new AxeBuilder({ page }).setLegacyMode(true);
    const { violations, passes } = await (colorScheme === "light"
      ? axe.withTags(tags)
      : axe.withRules(colorRules)
    ).analyze();
    const found = violations.map(({ id, help, nodes }) => ({
      id,
      help,
      where: nodes.map(
        ({ html, failureSummary }) => `${html.slice(0, 160)}: ${failureSummary?.split("\n")[1]?.trim()}`,
      ),
    }));
    expect(found, `${what}, ${colorScheme}`).toEqual([]);
    expect(passes.length, "axe looked at something").toBeGreaterThan(0);
  }
  await page.emulateMedia({ colorScheme: "light" });
}

/** New styles are on the screen. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let frames = 0; frames < 2; frames++) await new Promise(requestAnimationFrame);
  });
}

/** The page never scrolls sideways, on common and on the narrowest phones. */
export async function expectNoSidewaysScroll(page: Page, what: string): Promise<void> {
  const before = page.viewportSize();
  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 844 });
    const { scrolls, wide } = await page.evaluate((limit) => {
      const root = document.documentElement;
      const wide = [...document.body.querySelectorAll("*")]
        .filter((element) => element.getBoundingClientRect().right > limit + 1)
        .map((element) => element.outerHTML.slice(0, 90));
      return { scrolls: root.scrollWidth, wide: wide.slice(0, 5) };
    }, width);
    expect(scrolls, `${what} at ${width} px: wide are ${wide.join(" ")}`).toBeLessThanOrEqual(width);
  }
  if (before) await page.setViewportSize(before);
}

/**
 * Whatever can be tapped is large enough: 44 px for buttons, fields and the navigation, 24 px for the rest. Links
 * inside a sentence are exempt, as in WCAG 2.5.8.
 */
export async function expectTargetsLargeEnough(page: Page, what: string): Promise<void> {
  const small = await page.evaluate(() => {
    const isMain = (element: Element) =>
      element.matches("button, select, textarea, summary, input:not([type=checkbox], [type=radio]), a.btn") ||
      (element.closest("header nav") !== null && element.closest("main") === null);
    const box = (element: Element) => {
      const rect = element.getBoundingClientRect();
      // A label around a small box, or a pseudo-element over a card, is part of the target.
      const label =
        element instanceof HTMLInputElement ? element.labels?.[0]?.getBoundingClientRect() : undefined;
      const cover = getComputedStyle(element, "::after");
      const covers = cover.position === "absolute" && cover.content !== "none" && cover.inset === "0px";
      const rects = [rect, ...(label ? [label] : [])];
      return {
        width: covers ? 999 : Math.max(...rects.map((r) => r.right)) - Math.min(...rects.map((r) => r.left)),
        height: covers ? 999 : Math.max(...rects.map((r) => r.bottom)) - Math.min(...rects.map((r) => r.top)),
      };
    };
    const inSentence = (element: Element) => {
      if (!element.matches("a") || getComputedStyle(element).display !== "inline") return false;
      const own = element.textContent?.trim().length ?? 0;
      return (element.closest("p, li, td, dd")?.textContent?.trim().length ?? 0) > own + 3;
    };
    const found: string[] = [];
    for (const element of document.querySelectorAll("a[href], button, input, select, textarea, summary")) {
      if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      if (element.matches(".skip-link, [type=hidden]") || inSentence(element)) continue;
      const { width, height } = box(element);
      const least = isMain(element) ? 44 : 24;
      if (width < least - 0.5 || height < least - 0.5)
        found.push(
          `${Math.round(width)}×${Math.round(height)}, not ${least}: ${element.outerHTML.slice(0, 110)}`,
        );
    }
    return found;
  });
  expect(small, `${what}: targets large enough`).toEqual([]);
}

/** The page as it is now is good to use on a desktop and on a phone, in both themes; the browser is a desktop's again. */
export async function expectGood(page: Page, what: string): Promise<void> {
  await expectAccessible(page, `${what} on a desktop`);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectAccessible(page, `${what} on a phone`);
  await expectTargetsLargeEnough(page, what);
  await expectNoSidewaysScroll(page, what);
  await page.setViewportSize({ width: 1280, height: 800 });
}
