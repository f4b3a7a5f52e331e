import type { Clock } from "../clock.ts";
import type { NumberedEvent } from "../events/event.ts";
import type { EventLog } from "../events/event-log.ts";
import type { Link, OutMessage } from "./link.ts";

export interface PublisherOptions {
  readonly link: Link;
  readonly events: Pick<EventLog, "listen" | "get" | "last" | "oldest">;
  /** The process clock. */
  readonly clock: Clock;
  /** The event after which it begins to tell; all that is kept, unless told. */
  readonly after?: number | undefined;
  /** The topic whose kept message an event has changed; undefined when it has changed none. */
  changed(told: NumberedEvent): string | undefined;
  /** All topics that have a kept message. */
  kept(): readonly string[];
  /** The message that is kept there now. */
  keptMessage(topic: string): OutMessage;
  /** What is told of an event, and not kept; undefined when nothing is. */
  message(told: NumberedEvent): OutMessage | undefined;
  /** That so many events were not kept until they could be told; it goes on after the event of that number. */
  gap(missed: number, after: number): OutMessage;
  /** The broker does not take a message, or it cannot be written, for the first time on this connection. */
  refused(why: string): void;
}
