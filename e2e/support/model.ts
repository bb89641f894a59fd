import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A language model on this machine that speaks as OpenAI does, and answers well but slowly enough to be watched. */
export interface Model {
  /** For MOMENTUM_AI_BASE_URL. */
  address: string;
  /** What it was asked for: `plan`, `text`, `extras`, `script`, `intro`. */
  asked: string[];
  /** From now on lessons stop after their first paragraphs, until they are let go on. */
  hold(): void;
  goOn(): void;
  /** The next request is refused as it would be with a wrong key. */
  refuseNext(): void;
  stop(): Promise<void>;
}

interface Asked {
  messages: { content: string }[];
  response_format?: { json_schema?: { name?: string } };
}

/** Things that differ from day to day, so that no two lessons say the same. */
const things = ["harbor", "lantern", "orchard", "compass", "violin", "glacier", "market"];
const verbs = ["carries", "shows", "holds", "opens", "guides", "needs"];

function numberAfter(text: string, before: string): number {
  return Number(new RegExp(`${before}(\\d+)`, "i").exec(text)?.[1] ?? 1);
}

function plan(): object {
  return {
    title: "Small steps, kept",
    subtitle: "How a daily habit begins and stays",
    description:
      "A course about habits that last. You begin small, you see what happens, and you keep what works. At its end you have one habit that stays without effort.",
    audience: "People who begin again and again",
    objectives: ["Choose a habit", "Make it small", "Keep it on bad days"],
    tags: ["habits", "learning"],
    lessons: things.map((thing, at) => ({
      day: at + 1,
      title: `The ${thing} of day ${at + 1}`,
      summary: `You can tell what a ${thing} has to do with a habit.`,
      topics: [`${thing} basics`, `${thing} practice`],
      minutes: 17,
    })),
  };
}

function text(day: number, anew: boolean): object {
  const thing = things[(day - 1) % things.length];
  const sentences = (what: string) =>
    Array.from({ length: 18 }, (_, at) => {
      const verb = verbs[(at + day) % verbs.length];
      return `The ${thing} ${verb} the ${what} of your ${at} habit in a way that you can see today.`;
    }).join(" ");
  return {
    introduction: `A ${thing} is a good picture of a habit${anew ? ", also in a hospital" : ""}.\n\nToday you look at one from close by.`,
    concepts: ["shape", "weight", "place"].map((what) => ({
      title: `The ${what} of the ${thing}`,
      explanation: sentences(what),
      example: `For example, Ada puts her ${thing} beside the door, so that she sees its ${what} each morning.`,
    })),
    practice: `Take a sheet of paper. Draw your ${thing}. Write the habit below it, and the hour.`,
    passages: [],
  };
}

function extras(day: number): object {
  const thing = things[(day - 1) % things.length] ?? "";
  const single = {
    kind: "single",
    question: `Where does Ada put her ${thing}?`,
    options: ["Beside the door", "Below the window", "Behind the oven"],
    correct: 0,
    explanation: "She sees it each morning.",
  };
  const truth = {
    kind: "true_false",
    question: `A ${thing} is a good picture of a habit.`,
    answer: true,
    explanation: "The lesson begins with it.",
  };
  const short = {
    kind: "short_answer",
    question: `Complete: Draw your _____ (${thing.slice(0, 1)}…)`,
    answers: [thing],
    explanation: "It is what the practice asks for.",
  };
  return {
    action_items: [
      `Draw your ${thing} in five minutes`,
      `Write one sentence about the shape of the ${thing}`,
      `Put the ${thing} where you see it at breakfast`,
    ],
    key_takeaways: [`A ${thing} has a shape that you can see.`, `Ada puts her ${thing} beside the door.`],
    questions: [single, truth, short],
  };
}

function answer(form: string, prompt: string): object {
  if (form === "plan") return plan();
  const day = numberAfter(prompt, "day ");
  if (form === "text") return text(day, prompt.includes("hospital"));
  if (form === "extras") return extras(day);
  return {
    script: "Welcome. Today you see why a daily habit grows when it is small enough to keep. ".repeat(5),
  };
}

/** Sends it in pieces, and waits for `held` after the third. */
async function stream(response: ServerResponse, text: string, held: Promise<void>): Promise<void> {
  const send = (data: object) => response.write(`data: ${JSON.stringify(data)}\n\n`);
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  for (let at = 0; at < text.length; at += 600) {
    send({ choices: [{ index: 0, delta: { content: text.slice(at, at + 600) }, finish_reason: null }] });
    if (at === 1_200) await held;
  }
  send({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
  send({ choices: [], usage: { prompt_tokens: 1_000, completion_tokens: 2_000, total_tokens: 3_000 } });
  response.end("data: [DONE]\n\n");
}

export async function startModel(): Promise<Model> {
  const asked: string[] = [];
  let refuse = false;
  let held = Promise.resolve();
  let goOn = () => {};
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece: Buffer) => {
      body += piece.toString();
    });
    request.on("end", () => {
      if (refuse) {
        refuse = false;
        response.writeHead(401, { "Content-Type": "application/json" });
        response.end(
          JSON.stringify({ error: { message: "Incorrect API key provided.", code: "invalid_api_key" } }),
        );
        return;
      }
      const question = JSON.parse(body) as Asked;
      const form = question.response_format?.json_schema?.name ?? "";
      asked.push(form);
      const prompt = question.messages.map((message) => message.content).join("\n");
      const last = question.messages.at(-1)?.content ?? prompt;
      const whole = JSON.stringify(answer(form, form === "plan" ? prompt : last));
      void stream(response, whole, form === "text" ? held : Promise.resolve());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}/v1`,
    asked,
    hold: () => {
      held = new Promise((resolve) => {
        goOn = resolve;
      });
    },
    goOn: () => {
      goOn();
      held = Promise.resolve();
    },
    refuseNext: () => {
      refuse = true;
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
