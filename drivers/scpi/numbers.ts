import { MalformedReplyError } from "benchd/driver";

/** What SCPI says instead of infinity, and of what is no number (SCPI-99, 7.2.1.4 and 7.2.1.5). */
const overloads = [
  [9.9e37, "above its range"],
  [-9.9e37, "below its range"],
  [9.91e37, "it has no value"],
] as const;

/** Why a number is none, in words; undefined for one that is. */
export function overload(value: number): string | undefined {
  const [, why] = overloads.find(([mark]) => Math.abs(value - mark) <= Math.abs(mark) * 1e-5) ?? [];
  return why && `${why} (${value})`;
}

export function numberOf(text: string, question: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value))
    throw new MalformedReplyError(`the instrument answers ${question} with ${text.slice(0, 80)}, which is no number`);
  return value;
}

/** 1 and 0, or ON and OFF (SCPI-99, 7.3). */
export function booleanOf(text: string, question: string): boolean {
  const word = text.trim().toUpperCase();
  if (word === "ON" || word === "OFF") return word === "ON";
  return numberOf(text, question) !== 0;
}
