import { type Asker, named } from "../../asker.ts";
import { wait } from "../../context.ts";
import { DefinitionError, LaneFullError, NotFoundError } from "../../errors.ts";
import type { Coalescer } from "../../events/coalescer.ts";
import { PromptClosedError, UnansweredError } from "../../experiment-errors.ts";
import type { Frame } from "../../invocation/frame.ts";
import type { Invocation } from "../../invocation/invocation.ts";
import type { Prompts } from "../../invocation/prompts.ts";
import type { Audit } from "../../journal/audit.ts";
import { type PosedQuestion, pose } from "../../posed-question.ts";
import type { Question } from "../../question.ts";
import { cut } from "../../readable.ts";
import { atRest } from "./at-rest.ts";
import { Prompt } from "./prompt.ts";

/** Answers in place of people, as soon as something is asked. What it rejects with fails the action that asks. */
export type AnswerPrompt = (question: Question, prompt: Prompt) => unknown;

interface Options {
  readonly audit: Audit;
  readonly events: Pick<Coalescer, "tell">;
  /** Nobody is asked: this answers everything. */
  readonly answer?: AnswerPrompt | undefined;
}

/** How many may be open at a time, and of one invocation. */
const maxOpen = 100;
const maxOpenOfOne = 10;
/** So many that have ended are remembered: who comes late with an answer is told so. */
const maxEnded = 100;
/** Of an answer, in the log; characters. */
const maxTold = 200;
/** Who answers where there are no people. */
const itself = "the bench itself";

interface Open {
  readonly prompt: Prompt;
  readonly record: Invocation;
  resolve(answer: unknown): void;
}

/** The questions that wait for somebody at the bench. They live as long as this process, as what asks them does. */
export class OpenPrompts implements Prompts {
  readonly #options: Options;
  readonly #open = new Map<string, Open>();
  readonly #ended = new Map<string, Prompt>();
  /** Of those about to be opened, too: by invocation. */
  readonly #places = new Map<Invocation, number>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** Those that are open, the oldest first. */
  get all(): readonly Prompt[] {
    return [...this.#open.values()].map(({ prompt }) => prompt);
  }

  /** Also one that has ended not long ago. */
  find(id: string): Prompt | undefined {
    return this.#open.get(id)?.prompt ?? this.#ended.get(id);
  }

  /** Throws `NotFoundError`, in the same words for one that is not `seen`. */
  get(id: string, seen: (prompt: Prompt) => boolean = () => true): Prompt {
    const prompt = this.find(id);
    if (prompt && seen(prompt)) return prompt;
    throw new NotFoundError(`there is no prompt ${id}: it may have ended long ago, or with the process that asked`);
  }

  /** Once; throws `InputError`, and then it is still open, `PromptClosedError` when it has ended, or `NotFoundError`. */
  answer(id: string, given: unknown, by: Asker): Prompt {
    const prompt = this.get(id);
    const open = this.#open.get(id);
    if (!open) throw new PromptClosedError(`nothing was done: ${endOf(prompt)}`);
    const answer = prompt.accept(given);
    const { name } = named(by);
    const words = prompt.schema ? `has answered: ${told(answer)}` : "has said that it is done";
    prompt.end("answered", name);
    const { record } = open;
    record.write("info", prompt.thing, `${name} ${words}`);
    this.#options.audit.note({ by, what: "prompt.answered", thing: record.thing, detail: prompt.message });
    open.resolve(answer);
    return prompt;
  }

  async ask(question: Question, frame: Frame): Promise<unknown> {
    const posed = pose(question);
    const { record } = frame;
    if (!record) throw new DefinitionError("only an action can ask: nothing else can wait for people");
    if (frame.kind === "urgent" || frame.root.kind === "urgent")
      throw new DefinitionError(`${frame.label} is urgent: what has to be done at once waits for nobody`);
    const leave = this.#takePlace(record);
    try {
      // Nobody is told to put his hands in before everything is known to be at rest.
      const letGo = await atRest(frame, `${frame.label} asks somebody`);
      return await this.#asked(question, posed, frame, record).finally(letGo);
    } finally {
      leave();
    }
  }

  #asked(question: Question, posed: PosedQuestion, frame: Frame, record: Invocation): Promise<unknown> {
    return wait<unknown>(({ resolve, reject }) => {
      const prompt = new Prompt(posed, frame, record);
      this.#open.set(prompt.id, { prompt, record, resolve });
      const over = record.waitsFor("operator");
      record.trace.begin("prompt");
      record.write("info", prompt.thing, `asks: ${posed.message}`);
      this.#tell(prompt);
      const { timeoutMs = 0 } = posed;
      const late = () => this.#expire(prompt, posed, record, { resolve, reject });
      const timer = posed.timeoutMs === undefined ? undefined : frame.clock.after(timeoutMs, late);
      this.#answerItself(question, prompt, reject);
      return () => {
        timer?.cancel();
        this.#close(prompt);
        over();
        record.trace.over("prompt");
        this.#tell(prompt);
      };
    });
  }

  #answerItself(question: Question, prompt: Prompt, fail: (error: unknown) => void): void {
    const { answer } = this.#options;
    if (!answer) return;
    const answered = async () => {
      const given = await answer(question, prompt);
      if (prompt.state === "open") this.answer(prompt.id, given, itself);
    };
    answered().catch(fail);
  }

  #expire(
    prompt: Prompt,
    { message, timeoutMs = 0, otherwise }: PosedQuestion,
    record: Invocation,
    { resolve, reject }: { resolve(answer: unknown): void; reject(error: Error): void },
  ): void {
    if (!prompt.end("expired")) return;
    const nobody = `nobody has answered within ${timeoutMs / 1000} s`;
    if (otherwise) {
      record.write("warning", prompt.thing, `${nobody}: goes on with ${told(otherwise.answer)}`);
      resolve(otherwise.answer);
    } else reject(new UnansweredError(`${nobody}: ${message}`));
  }

  /** However the waiting has ended. */
  #close(prompt: Prompt): void {
    // Neither answered nor too late: what asked has been ended.
    prompt.end("withdrawn");
    this.#open.delete(prompt.id);
    this.#ended.set(prompt.id, prompt);
    const [oldest] = this.#ended.keys();
    if (oldest !== undefined && this.#ended.size > maxEnded) this.#ended.delete(oldest);
  }

  #tell(prompt: Prompt): void {
    const { id, state, thing: asker, things, title = null, message, invocation, answeredBy = null } = prompt;
    const event = {
      kind: "prompt",
      prompt: id,
      state,
      ...invocation,
      asker,
      things,
      title,
      message: cut(message, 500),
    } as const;
    this.#options.events.tell({ ...event, answeredBy }, [invocation.id]);
  }

  #takePlace(record: Invocation): () => void {
    const own = this.#places.get(record) ?? 0;
    const all = [...this.#places.values()].reduce((sum, some) => sum + some, 0);
    if (own >= maxOpenOfOne) throw new LaneFullError(`one invocation asks ${maxOpenOfOne} questions at a time at most`);
    if (all >= maxOpen) throw new LaneFullError(`${maxOpen} questions wait for somebody already: answer some`);
    this.#places.set(record, own + 1);
    return () => {
      const left = (this.#places.get(record) ?? 1) - 1;
      if (left > 0) this.#places.set(record, left);
      else this.#places.delete(record);
    };
  }
}

function endOf({ state, answeredBy, message }: Prompt): string {
  const asked = `"${cut(message, 100)}"`;
  if (state === "answered") return `${answeredBy} has answered ${asked} already`;
  if (state === "expired") return `the time for an answer to ${asked} is over`;
  return `what has asked ${asked} has ended`;
}

const told = (answer: unknown): string => cut(JSON.stringify(answer) ?? "null", maxTold);
