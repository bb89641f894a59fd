import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./port.ts";

/** A program that runs beside a test. */
export interface Program {
  /** What its output said when it was ready. */
  said: string;
  /** Asks it to end and waits until it has. */
  stop(): Promise<void>;
}

/** Starts a program and waits until its output says that it is ready. */
export async function start(
  command: string,
  args: string[],
  ready: RegExp,
  env: Record<string, string> = {},
): Promise<Program> {
  const program = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  const ended = new Promise<void>((resolve) => program.once("exit", () => resolve()));
  const said = await new Promise<string>((resolve, reject) => {
    let log = "";
    const listen = (text: Buffer) => {
      log += text.toString();
      const found = ready.exec(log);
      if (found) resolve(found[0]);
    };
    program.stdout.on("data", listen);
    program.stderr.on("data", listen);
    program.once("error", reject);
    program.once("exit", () => reject(new Error(`it ended before it was ready:\n${log}`)));
  });
  const stop = async () => {
    program.kill("SIGTERM");
    await ended;
  };
  return { said, stop };
}

/** A site of a test's own, with fresh data. */
export interface OwnSite extends Program {
  address: string;
}

/** Starts the program under test on a free port, or on the given one. */
export async function startSite(
  options: { port?: number; args?: string[]; env?: Record<string, string>; ready?: RegExp } = {},
): Promise<OwnSite> {
  const folder = await mkdtemp(join(tmpdir(), "momentum-site-"));
  const port = options.port ?? (await freePort());
  const args = ["serve", "--listen", `127.0.0.1:${port}`, "--data-dir", folder, ...(options.args ?? [])];
  const program = await start(
    process.env.MOMENTUM_BIN ?? "",
    args,
    options.ready ?? /listening on/,
    options.env,
  );
  return {
    said: program.said,
    address: `http://127.0.0.1:${port}`,
    stop: async () => {
      await program.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
