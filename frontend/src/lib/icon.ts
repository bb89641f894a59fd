/** An icon of Lucide from its source (`lucide-static/icons/….svg?raw`): for islands, whose icons are not in the sprite. */
export function icon(source: string): SVGElement {
  const template = document.createElement("template");
  template.innerHTML = source.replace(/<!--.*?-->/gs, "").trim();
  const svg = template.content.firstElementChild as SVGElement;
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  return svg;
}
