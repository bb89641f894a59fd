import { expect, type Locator, type Page } from "@playwright/test";

/** Moves as people without a mouse do, and looks at each stop whether they would see where they are. */
export class Keyboard {
  constructor(private readonly page: Page) {}

  /** Presses Tab until the target has the focus. */
  async tabTo(target: Locator): Promise<void> {
    const handle = await target.elementHandle();
    for (let presses = 0; presses < 80; presses++) {
      await this.page.keyboard.press("Tab");
      await this.#expectSeen();
      if (await handle?.evaluate((element) => element === document.activeElement)) return;
    }
    throw new Error(`Tab never reached ${target}`);
  }

  /** The focus is here, and it is seen. */
  async expectOn(target: Locator): Promise<void> {
    await expect(target).toBeFocused();
    await this.#expectSeen();
  }

  async #expectSeen(): Promise<void> {
    const stop = await this.page.evaluate(async () => {
      // Styles follow the focus within a frame.
      for (let frames = 0; frames < 2; frames++) await new Promise(requestAnimationFrame);
      const focused = document.activeElement;
      if (!focused || focused === document.body) return undefined;
      // An outline on the element, or on the card around it.
      let outlined = false;
      for (let at: Element | null = focused, up = 0; at && up < 4; at = at.parentElement, up++) {
        const style = getComputedStyle(at);
        if (style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 2) outlined = true;
      }
      // And no bar over it: somewhere in the visible part of the element, the element itself is on top.
      const boxes = [...focused.getClientRects()];
      const inside = boxes.some((box) => {
        for (const share of [0.1, 0.5, 0.9]) {
          const x = box.left + box.width / 2;
          const y = box.top + box.height * share;
          const top = document.elementFromPoint(x, y);
          if (top && (focused.contains(top) || top.contains(focused))) return true;
        }
        return false;
      });
      return { name: focused.outerHTML.slice(0, 120), outlined, inside };
    });
    if (!stop) return;
    expect(stop, "the focus is seen").toEqual({ name: stop.name, outlined: true, inside: true });
  }
}

/** Opens the search of the panel. The shortcut works as soon as the page's programs have arrived. */
export async function openPalette(page: Page): Promise<Locator> {
  const field = page.getByRole("combobox", { name: "Search the panel" });
  await expect(async () => {
    await page.keyboard.press("Control+k");
    await expect(field).toBeFocused({ timeout: 500 });
  }).toPass();
  return field;
}
