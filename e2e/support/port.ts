import { createServer } from "node:net";

/** A port of the loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const at = server.address();
      server.close(() => resolve(at && typeof at === "object" ? at.port : 0));
    });
  });
}
