import type { Condition } from "../../condition.ts";
import { formatDuration } from "../../duration.ts";
import { cut } from "../../readable.ts";
import type { Step } from "../procedure/procedure.ts";
import { partsOf, written } from "../procedure/template.ts";

const maxText = 200;

/** What a step does, in a line. */
export function stepText(step: Step): string {
  return cut(wordsOf(step), maxText);
}

function wordsOf(step: Step): string {
  switch (step.kind) {
    case "invoke":
      return `invoke ${step.thing}.${step.action}`;
    case "set":
      return `set ${step.thing}.${step.property}`;
    case "wait":
      return `wait ${formatDuration(step.forMs)}`;
    case "waitUntil":
      return `wait until ${conditionText(step.condition)}`;
    case "record":
      return `record ${step.name}`;
    case "stopRecording":
      return `stop the recording ${step.name}`;
    case "ask":
      return `ask: ${asWritten(step.message)}`;
    case "repeat":
      return step.until ? `repeat until ${conditionText(step.until)}` : `repeat ${step.atMost} times`;
    case "parallel":
      return `in parallel: ${Object.keys(step.branches).join(", ")}`;
    case "try":
      return "try";
  }
}

const asWritten = (text: string): string =>
  partsOf(text)
    .map((part) => (typeof part === "string" ? part : written(part)))
    .join("");

/** As it is written. */
export function conditionText({ thing, property, comparison, value, forMs }: Condition): string {
  const during = forMs > 0 ? ` for ${formatDuration(forMs)}` : "";
  return `${thing}.${property} ${comparison} ${JSON.stringify(value)}${during}`;
}
