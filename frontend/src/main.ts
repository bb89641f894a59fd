import "./styles/main.css";
import "./islands/theme-switch";
import {
  closeMenus,
  dismissBanners,
  fillTimeZone,
  focusableScrollers,
  focusFirstError,
  forgetDraftsAtSignOut,
  guardForms,
  showCurrentSetting,
} from "./islands/page";
import { prefetchOnHover } from "./islands/prefetch";
import { adoptFlash } from "./lib/toast";

/** Loads an island only where the page has something for it. */
function when(selector: string, load: () => Promise<unknown>): void {
  if (document.querySelector(selector)) void load();
}

adoptFlash();
closeMenus();
dismissBanners();
fillTimeZone();
focusFirstError();
focusableScrollers();
forgetDraftsAtSignOut();
guardForms();
prefetchOnHover();
showCurrentSetting();
when("[hx-get], [hx-post]", () => import("./islands/htmx"));
when("password-field, password-policy", () => import("./islands/password"));
when("color-field", () => import("./islands/color-field"));
when("lesson-checklist", () => import("./islands/checklist"));
when("lesson-notes", () => import("./islands/notes"));
when("quiz-form, quiz-order", () => import("./islands/quiz"));
when("review-card", () => import("./islands/review"));
when("picture-form", () => import("./islands/picture-form"));
when("passkey-form", () => import("./islands/passkey"));
when("lesson-heartbeat", () => import("./islands/heartbeat"));
when("file-upload", () => import("./islands/file-upload"));
when("document-choice", () => import("./islands/document-choice"));
when("studio-job[data-events]", () => import("./islands/studio-job"));
when("media-picker", () => import("./islands/media-picker"));
when("rich-text", () => import("./islands/rich-text"));
when("sortable-list", () => import("./islands/sortable-list"));
when(".embed[data-player]", () => import("./islands/embeds"));
when("share-link", () => import("./islands/share-link"));
when("form[data-most]", () => import("./islands/showcase"));
when("form[data-tiers]", () => import("./islands/badge-tier"));
when("bulk-table", () => import("./islands/bulk-table"));
when("command-palette", () => import("./islands/command-palette"));
when("search-box", () => import("./islands/search-box"));
when("row-list", () => import("./islands/row-list"));
when("lesson-editor", () => import("./islands/lesson-editor"));
when("#toasts[data-events]", () => import("./islands/celebrations"));
when("[data-live-page]", () => import("./islands/live-page"));
