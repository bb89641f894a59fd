import { post } from "../lib/http";

const sendEvery = 15;
const idleAfter = 60_000;

/** Counts the seconds somebody really spends with a lesson: page visible, a sign of life within a minute. */
class LessonHeartbeat extends HTMLElement {
  #seconds = 0;
  #lastSign = Date.now();
  #timer = 0;
  #stop = new AbortController();

  connectedCallback(): void {
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    const alive = () => {
      this.#lastSign = Date.now();
    };
    for (const name of ["pointerdown", "pointermove", "keydown", "scroll", "touchstart", "input"]) {
      document.addEventListener(name, alive, { passive: true, capture: true, signal });
    }
    document.addEventListener(
      "visibilitychange",
      () => {
        if (document.visibilityState === "hidden") void this.#send(true);
        else alive();
      },
      { signal },
    );
    window.addEventListener("pagehide", () => void this.#send(true), { signal });
    this.#timer = window.setInterval(() => this.#tick(), 1_000);
    this.#resumeVideo(signal);
  }

  /** The video goes on where it was left, unless that was its end. */
  #resumeVideo(signal: AbortSignal): void {
    const video = document.querySelector<HTMLVideoElement>("video[data-position]");
    const position = Number(video?.dataset.position ?? 0);
    if (!video || position === 0) return;
    const resume = () => {
      if (position < video.duration - 5) video.currentTime = position;
    };
    if (video.readyState >= 1) resume();
    else video.addEventListener("loadedmetadata", resume, { once: true, signal });
  }

  disconnectedCallback(): void {
    window.clearInterval(this.#timer);
    this.#stop.abort();
  }

  #tick(): void {
    const playing = [...document.querySelectorAll("video")].some((video) => !video.paused);
    const active = playing || Date.now() - this.#lastSign < idleAfter;
    if (document.visibilityState === "visible" && active) this.#seconds += 1;
    if (this.#seconds >= sendEvery) void this.#send(false);
  }

  async #send(leaving: boolean): Promise<void> {
    const seconds = Math.min(this.#seconds, 60);
    const url = this.dataset.url;
    if (seconds === 0 || !url) return;
    const video = document.querySelector<HTMLVideoElement>("video[data-position]");
    const position = video && video.currentTime > 0 ? Math.floor(video.currentTime) : undefined;
    this.#seconds -= seconds;
    try {
      // A beacon cannot carry the token's header; a kept-alive request can.
      const response = await post(url, JSON.stringify({ seconds, position }), { keepalive: leaving });
      if (response.status >= 500) throw new Error(`status ${response.status}`);
    } catch {
      // Kept for the next time, within what the server believes.
      this.#seconds = Math.min(this.#seconds + seconds, 60);
    }
  }
}
customElements.define("lesson-heartbeat", LessonHeartbeat);
