import { DeviceFaultError } from "benchd/driver";
import type { Dialogue } from "../scpi/dialogue.ts";
import { booleanOf } from "../scpi/numbers.ts";

interface Line {
  send(message: string): Promise<void>;
  exclusive<T>(work: () => Promise<T>): Promise<T>;
  breakIn(message: string, options: { readonly answered: boolean }): Promise<void>;
}

/** The switch of the output. Off is told ahead of all else that may be wrong, and believed only when it is read back. */
export class Output {
  readonly #line: Line;
  readonly #scpi: Dialogue;
  /** Somebody may have taken the supply to its keys, where it would not obey. */
  readonly #off: readonly string[];

  constructor(line: Line, scpi: Dialogue, takeBack: readonly string[]) {
    this.#line = line;
    this.#scpi = scpi;
    this.#off = [...takeBack, "OUTP OFF"];
  }

  async isOn(): Promise<boolean> {
    return booleanOf(await this.#scpi.query("OUTP?"), "OUTP?");
  }

  async switchOn(): Promise<void> {
    await this.#scpi.command("OUTP ON");
    if (!(await this.isOn())) throw new DeviceFaultError("the output stays off: look at protection, and at the supply");
  }

  /** Not by `command`: no error of an earlier time may keep it on. */
  async switchOff(): Promise<void> {
    await this.#line.exclusive(async () => {
      for (const text of this.#off) await this.#line.send(text);
      await this.#confirmOff();
    });
  }

  /** As `switchOff`, into whatever is going on. */
  async cutOff(): Promise<void> {
    for (const text of this.#off) await this.#line.breakIn(text, { answered: false });
    await this.#confirmOff();
  }

  async #confirmOff(): Promise<void> {
    if (await this.isOn()) throw new DeviceFaultError("the output is still on: switch the supply off by hand");
  }
}
