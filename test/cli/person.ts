import type { Shell } from "../../src/cli/shell.ts";
import { type TestShell, testShell } from "./shell.ts";

/** What is typed when a question fits, and what is done with the hands before. */
export type Line = readonly [question: RegExp, answer: string, hands?: () => void];

/** A person who answers one question after the other, and walks away when another one comes than expected. */
export interface Person extends TestShell {
  /** Everything that was on the screen, questions and answers too. */
  readonly screen: string;
  /** What is done with the hands whenever something is said. */
  when(said: RegExp, hands: () => void): void;
  /** The lines that were not asked for. */
  readonly left: readonly Line[];
}

export function person(...lines: readonly Line[]): Person {
  const left = [...lines];
  const seen: string[] = [];
  const ask: Shell["ask"] = async (question) => {
    const [wanted, answer, hands] = left[0] ?? [];
    if (!wanted?.test(question)) {
      seen.push(`${question}<- not expected`);
      return undefined;
    }
    left.shift();
    seen.push(`${question}${answer}`);
    hands?.();
    return answer;
  };
  const shell = testShell({}, true, ask);
  const { print } = shell;
  const reactions: [RegExp, () => void][] = [];
  return Object.defineProperties(shell, {
    print: {
      value: (text: string) => {
        seen.push(text);
        print(text);
        for (const [pattern, hands] of reactions) if (pattern.test(text)) hands();
      },
    },
    when: { value: (pattern: RegExp, hands: () => void) => void reactions.push([pattern, hands]) },
    left: { value: left },
    screen: { get: () => seen.join("\n") },
  }) as Person;
}
