import type { BenchEvent, NumberedEvent } from "./event.ts";

/** What is longer, as JSON, is told without its value. */
const maxValue = 64 * 1024;
/** What an event takes in memory besides what somebody else has written, with its JSON, about; bytes. */
const usualBytes = 1000;
const bytesOfPart = 300;
/** Twice as a text, and twice in its JSON at worst. */
const bytesOfCharacter = 4;
/** By the length of its JSON: many small objects weigh much more than that. */
const bytesOfObject = 10;

/** An event as it is kept: nobody can change it any more. */
export class Written implements NumberedEvent {
  readonly number: number;
  readonly at: number;
  readonly event: BenchEvent;
  /** What it takes in memory, about. */
  readonly bytes: number;
  #json: string | undefined;

  constructor(event: BenchEvent, number: number, at: number) {
    this.number = number;
    this.at = at;
    const { fixed, bytes } = fix(event);
    this.event = fixed;
    this.bytes = usualBytes + bytes;
  }

  /** Made when somebody asks for it first: where nobody listens, nobody does. */
  get json(): string {
    this.#json ??= this.#write();
    return this.#json;
  }

  #write(): string {
    const at = new Date(this.at).toISOString();
    return `{"number":${this.number},"at":"${at}",${JSON.stringify(this.event).slice(1)}`;
  }
}

interface Fixed {
  readonly fixed: BenchEvent;
  /** Beyond what any event takes. */
  readonly bytes: number;
}

function fix(event: BenchEvent): Fixed {
  switch (event.kind) {
    case "property":
      return fixValue(event.value, (value) => ({ ...event, ...value }));
    case "event":
      return fixValue(event.data, ({ value, ...omitted }) => ({ ...event, data: value, ...omitted }));
    case "log": {
      const bytes = event.lines.reduce((sum, { message }) => sum + bytesOfPart + bytesOfCharacter * message.length, 0);
      return { fixed: event, bytes };
    }
    case "steps":
      return { fixed: event, bytes: event.steps.length * usualBytes };
    case "run":
      return { fixed: event, bytes: (event.things.length + event.positions.length) * bytesOfPart };
    case "delivery":
      return { fixed: event, bytes: event.delivery.length * bytesOfPart };
    default:
      return { fixed: event, bytes: 0 };
  }
}

/** With a copy of the value that a driver has given, who may go on changing his. */
function fixValue(value: unknown, given: (fixed: { value: unknown; omitted?: true }) => BenchEvent): Fixed {
  if (value === undefined || value === null || typeof value === "number" || typeof value === "boolean")
    return { fixed: given({ value: value ?? null }), bytes: 0 };
  if (typeof value === "string" && value.length <= maxValue)
    return { fixed: given({ value }), bytes: bytesOfCharacter * value.length };
  const text = textOf(value);
  if (text === undefined || text.length > maxValue) return { fixed: given({ value: null, omitted: true }), bytes: 0 };
  return { fixed: given({ value: JSON.parse(text) }), bytes: bytesOfObject * text.length };
}

/** Undefined for what is no JSON. */
function textOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
