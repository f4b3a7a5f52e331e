import type { PromptEvent } from "../../src/client/wire/event.ts";
import { shortened } from "./value-text.ts";

/** What has become of a question that was shown; several may be asked at a time, by one run as well. */
export function goneWords({ state, asker, title, message, answeredBy }: Gone): string {
  const asked = `“${shortened(message, 80)}”`;
  if (state === "answered") return `${asked} was answered${answeredBy === null ? "" : ` by ${answeredBy}`}.`;
  if (state === "expired") return `Nobody has answered ${asked} in time.`;
  return `${title ?? asker} does not ask ${asked} any more: what asked has ended.`;
}

type Gone = Pick<PromptEvent, "state" | "asker" | "title" | "message" | "answeredBy">;
