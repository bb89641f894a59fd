import { readFileSync } from "node:fs";
import { join } from "node:path";
import tailwindcss from "@tailwindcss/vite";
import { defineConfig, type Plugin } from "vite";
import { sprite } from "./scripts/icons.ts";

/** For pictures that the server draws: its library reads no WOFF2. */
const pictureFonts = [
  "node_modules/@expo-google-fonts/figtree/500Medium/Figtree_500Medium.ttf",
  "node_modules/@expo-google-fonts/figtree/700Bold/Figtree_700Bold.ttf",
  "node_modules/@expo-google-fonts/bricolage-grotesque/800ExtraBold/BricolageGrotesque_800ExtraBold.ttf",
];

/** Files that no script or style sheet refers to; the server finds them in the manifest by these names. */
function brandFiles(): Plugin {
  const favicon = "src/brand/favicon.svg";
  return {
    name: "momentum-brand-files",
    generateBundle() {
      const emit = (originalFileName: string, source: string | Uint8Array) =>
        this.emitFile({
          type: "asset",
          name: originalFileName.split("/").at(-1) ?? originalFileName,
          originalFileName,
          source,
        });
      emit("src/icons.svg", sprite());
      emit(favicon, readFileSync(join(import.meta.dirname, favicon), "utf8"));
      for (const font of pictureFonts) emit(font, readFileSync(join(import.meta.dirname, font)));
    },
  };
}

export default defineConfig({
  base: "/assets/",
  publicDir: false,
  plugins: [tailwindcss(), brandFiles()],
  build: {
    manifest: true,
    assetsDir: "",
    assetsInlineLimit: 0,
    modulePreload: false,
    target: ["chrome123", "firefox128", "safari17.5"],
    rollupOptions: { input: "src/main.ts" },
  },
});
