import { type Clock, realClock, type Timer } from "../../clock.ts";
import { hintOf } from "../procedure/answer.ts";
import type { Shell } from "../shell.ts";
import { inLine } from "../terminal/in-line.ts";
import { LiveLine } from "../terminal/live-line.ts";
import { isCapable, type Style, styleOf } from "../terminal/style.ts";
import { unitText } from "../value/unit.ts";
import { visible } from "../visible.ts";
import { rounded } from "./end-words.ts";
import type { Onlooker } from "./follow.ts";
import type { ToldPrompt } from "./invocation-client.ts";
import { minutes, progressBar } from "./progress-bar.ts";
import { TimeLeft } from "./time-left.ts";
import { hasEnded, type ToldLine, type WholeInvocation } from "./told-invocation.ts";

/** How often the time in the bar is drawn anew; real milliseconds. */
const tickMs = 250;
/** Without a bar, progress is told in steps of so many percent. */
const everyPercent = 10;

interface Options {
  /** `pump.dispense` */
  readonly name: string;
  readonly shell: Shell;
  /** What a command that is told to somebody needs besides. */
  readonly where: string;
  /** What it asks now; told to whoever looks. */
  prompts(id: string): Promise<readonly ToldPrompt[]>;
  readonly clock?: Clock;
}

/** Tells people how an invocation goes on: by a bar in a terminal, line by line elsewhere. All of it goes to standard error. */
export class Teller implements Onlooker {
  readonly #options: Options;
  readonly #clock: Clock;
  readonly #style: Style;
  readonly #live: LiveLine | undefined;
  #timer: Timer | undefined;
  #latest: WholeInvocation | undefined;
  /** What matters more than that it goes on: `cancelling...`. */
  #word = "";
  #lost = false;
  #beganAt: number;
  #left: TimeLeft;
  #told = { waits: "", percent: 0, prompts: new Set<string>(), steps: new Set<string>() };

  constructor(options: Options) {
    const { shell, clock = realClock } = options;
    this.#options = options;
    this.#clock = clock;
    this.#style = styleOf(shell.stderr, shell.environment);
    this.#beganAt = clock.now();
    this.#left = new TimeLeft(this.#beganAt);
    if (isCapable(shell.stderr, shell.environment)) this.#live = new LiveLine(shell.stderr, shell);
    this.#tick();
  }

  changed(invocation: WholeInvocation): void {
    const before = this.#latest;
    this.#latest = invocation;
    const now = this.#clock.now();
    if (invocation.status === "running" && before?.status !== "running") {
      this.#beganAt = now;
      this.#left = new TimeLeft(now);
    }
    this.#left.told(invocation.progress, now);
    // What it has failed with is told by its end.
    const news = invocation.log.filter(({ message }) => !invocation.error || message !== invocation.error.detail);
    for (const line of news) this.say(this.#logLine(line));
    this.#tellSteps(invocation);
    if (!this.#live) this.#tellPlainly(invocation);
    this.#draw();
    if (invocation.waitingFor === "operator") void this.#tellPrompts(invocation.id);
  }

  lost(why: string | undefined): void {
    if ((why !== undefined) === this.#lost) return;
    this.#lost = why !== undefined;
    const { yellow } = this.#style;
    if (why === undefined) this.say("The gateway answers again.");
    else this.say(yellow("The gateway does not answer, and nobody knows how it goes on. Asking again."));
    this.#draw();
  }

  /** From now on it is being cancelled. */
  cancelling(why: string): void {
    this.#word = "cancelling...";
    this.say(why);
  }

  /** It was not taken: it goes on as before. */
  notCancelled(why: string): void {
    this.#word = "";
    this.#draw();
    this.say(why);
  }

  /** A line that stays, above the bar. */
  say(line: string): void {
    if (this.#live) this.#live.above(line);
    else this.#options.shell.tell(line);
  }

  close(): void {
    this.#timer?.cancel();
    this.#live?.close();
  }

  #tick(): void {
    if (!this.#live) return;
    this.#draw();
    this.#timer = this.#clock.after(tickMs, () => this.#tick());
  }

  #draw(): void {
    const { yellow } = this.#style;
    const now = this.#clock.now();
    const word = this.#lost ? "no answer..." : this.#word || (this.#waits() ? "waits" : "");
    const progress = {
      ...{ name: this.#options.name, word, detail: this.#detail() },
      percent: this.#latest?.progress ?? null,
      elapsedMs: now - this.#beganAt,
      leftMs: word === "" ? this.#left.left(now) : undefined,
    };
    this.#live?.show((columns) => ({
      text: progressBar(progress, columns),
      ...(this.#word || this.#lost ? { paint: yellow } : {}),
    }));
  }

  #waits(): boolean {
    return this.#latest?.status === "pending" || this.#latest?.waitingFor === "operator";
  }

  /** What it waits for, or what it does. */
  #detail(): string {
    const invocation = this.#latest;
    if (!invocation || hasEnded(invocation)) return "";
    const waits = waitWords(invocation);
    if (waits) return waits;
    const step = invocation.steps.findLast(({ status }) => status === "running");
    const amounts = invocation.delivery.map(({ confirmed, requested, unit }) => {
      const whole = requested === null ? "" : ` of ${rounded(requested)}`;
      return `${rounded(confirmed)}${whole} ${unitText(unit)}`;
    });
    return [...amounts, ...(step ? [inLine(`${step.thing}.${step.action}`)] : [])].join(", ");
  }

  #logLine({ levelname, thing, message }: ToldLine): string {
    const { red, yellow } = this.#style;
    const own = this.#options.name.startsWith(`${thing}.`);
    const text = `${own ? "" : `${inLine(thing)}: `}${visible(message)}`;
    if (levelname === "ERROR") return red(`error: ${text}`);
    return levelname === "WARNING" ? yellow(`warning: ${text}`) : text;
  }

  /** Each call on another Thing, when it has ended. */
  #tellSteps({ steps }: WholeInvocation): void {
    for (const step of steps) {
      const { thing, action, status, error, timeRequested } = step;
      const key = `${thing}.${action} ${timeRequested}`;
      if (status === "pending" || status === "running" || this.#told.steps.has(key)) continue;
      this.#told.steps.add(key);
      this.say(this.#style.dim(inLine(`  ${thing}.${action}: ${status}${error ? `, ${error}` : ""}`)));
    }
  }

  #tellPlainly(invocation: WholeInvocation): void {
    const waits = hasEnded(invocation) ? "" : waitWords(invocation);
    if (waits && waits !== this.#told.waits) this.say(`${this.#options.name} ${waits}`);
    this.#told.waits = waits;
    const percent = Math.floor((invocation.progress ?? 0) / everyPercent) * everyPercent;
    if (percent <= this.#told.percent || percent >= 100) return;
    this.#told.percent = percent;
    this.say(`${this.#options.name} ${percent}%, ${minutes(this.#clock.now() - this.#beganAt)}`);
  }

  async #tellPrompts(id: string): Promise<void> {
    const { prompts, where } = this.#options;
    // It is told again with the next change; that nobody can be asked is seen to there.
    const open = await prompts(id).catch(() => []);
    for (const { id: prompt, thing, message, schema } of open) {
      if (this.#told.prompts.has(prompt)) continue;
      this.#told.prompts.add(prompt);
      const value = schema === null ? "" : ` ${hintOf(schema)}`;
      this.say(this.#style.bold(visible(`${thing} asks: ${message}`)));
      this.say(visible(`  benchd prompts answer ${prompt}${value}${where}`));
    }
  }
}

function waitWords({ status, waitingFor, queuePosition }: WholeInvocation): string {
  if (waitingFor === "operator") return "waits for an answer";
  if (status !== "pending") return waitingFor === null ? "" : `waits for ${inLine(waitingFor)}`;
  const before = queuePosition ? `, ${queuePosition} before it` : "";
  return `waits for ${waitingFor === null ? "its turn" : inLine(waitingFor)}${before}`;
}
