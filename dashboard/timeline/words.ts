import { durationText, shortTime } from "../parts/time-text.ts";
import type { Bar, Part } from "./bar.ts";
import type { Item } from "./lane.ts";
import { type Look, lookOf } from "./marks.ts";

const states: Readonly<Record<Look, string>> = {
  pending: "waits for its turn",
  running: "runs",
  completed: "completed",
  cancelled: "cancelled",
  error: "failed",
  unknown: "outcome unknown",
};

/** Beside a bar, for who does not see its colour. */
export const signs: Readonly<Record<Look, string>> = {
  pending: "…",
  running: "▸",
  completed: "✓",
  cancelled: "⊘",
  error: "✗",
  unknown: "?",
};

export const stateText = (look: Look): string => states[look];

/** `pump dispense`; a run has no Thing. */
export const nameOf = (thing: string, action: string): string =>
  thing === "gateway" ? (action === "run" ? "a run" : action) : `${thing} ${action}`;

/** How long a stretch has lasted by now. */
export const lasted = (from: number, to: number | null, now: number): number => Math.max(0, (to ?? now) - from);

/** How long it was at something altogether, and how often. */
export function spent(bar: Bar, kind: Part["kind"], now: number): { readonly ms: number; readonly times: number } {
  const parts = bar.parts.filter((part) => part.kind === kind);
  return {
    ms: parts.reduce((sum, { from, to }) => sum + lasted(from, to ?? bar.endedAt, now), 0),
    times: parts.length,
  };
}

/** A bar in a sentence. */
export function wordsOf(item: Item, now: number): string {
  const { thing, action, bar, step, requestedAt, startedAt, endedAt } = item;
  const waited = lasted(requestedAt, startedAt ?? endedAt, now);
  const ran = startedAt === null ? undefined : lasted(startedAt, endedAt, now);
  const words = [
    nameOf(thing, action),
    stateText(lookOf(item)) +
      (lookOf(item) === "running" && !step && bar.progress !== null ? `, ${Math.round(bar.progress)} %` : ""),
    step && `step of ${nameOf(bar.thing, bar.action)}`,
    `at ${shortTime(startedAt ?? requestedAt, now)}`,
    waited >= 1 && `waited ${durationText(waited)}`,
    ran !== undefined && `${endedAt === null ? "for" : "took"} ${durationText(ran)}`,
  ];
  return words.filter(Boolean).join(", ");
}

/** px of a letter, about. */
const letter = 6.3;

/** As much of a text as has room in a width; nothing where that would tell nobody anything. */
export function fitting(text: string, width: number): string {
  const room = Math.floor(width / letter);
  if (room < 1) return "";
  if (text.length <= room) return text;
  return room < 4 ? text.slice(0, 1) : `${text.slice(0, room - 1)}…`;
}
