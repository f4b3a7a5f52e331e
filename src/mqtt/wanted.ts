import type { Question } from "./ask.ts";
import type { InMessage, MessageProperties } from "./link.ts";

/** What a message is about, by its topic. */
export type Target =
  | { readonly kind: "emergency_stop" }
  | { readonly kind: "request" | "cancel"; readonly thing: string; readonly action: string };

const ofOneThing = /^things\/([^/]{1,64})\/stop\/request$/;
const inTopic = /^things\/([^/]{1,64})\/actions\/([^/]{1,64})\/(request|cancel)$/;

/** Undefined for a topic on which nothing is asked. `base` is what stands before all topics of this gateway. */
export function targetOf(topic: string, base: string): Target | undefined {
  if (!topic.startsWith(`${base}/`)) return undefined;
  const rest = topic.slice(base.length + 1);
  if (rest === "emergency_stop/request") return { kind: "emergency_stop" };
  const stopped = ofOneThing.exec(rest)?.[1];
  if (stopped !== undefined) return { kind: "request", thing: stopped, action: "stop" };
  const [, thing, action, kind] = inTopic.exec(rest) ?? [];
  if (thing === undefined || action === undefined) return undefined;
  return { kind: kind === "cancel" ? "cancel" : "request", thing, action };
}

/** What stops or ends something: it needs neither key nor time, and waits for nothing that does not. */
export const isStop = (target: Target): boolean => target.kind !== "request" || target.action === "stop";

/** The user properties that mean something to us, each at most once. */
export interface Said {
  readonly authorization?: string;
  readonly "idempotency-key"?: string;
  readonly "lease-number"?: string;
  readonly "start-by"?: string;
}

const meant = ["authorization", "idempotency-key", "lease-number", "start-by"] as const;
/** As a header could be. */
const value = /^[\x21-\x7e](?:[\x20-\x7e]{0,998}[\x21-\x7e])?$/;

/** For what stops something nothing else counts: nobody is kept from it by what he says beside. */
const meantByStop = ["authorization"] as const;

/** What a message says of itself, in whichever case; or which property is said twice, or says what nothing can. */
export function said({ userProperties = {} }: MessageProperties, stops: boolean): Said | { readonly wrong: string } {
  const found: Record<string, string> = {};
  const names: readonly (keyof Said)[] = stops ? meantByStop : meant;
  for (const [written, told] of Object.entries(userProperties)) {
    const name = names.find((one) => one.length === written.length && one === written.toLowerCase());
    if (name === undefined) continue;
    if (typeof told !== "string" || Object.hasOwn(found, name) || !value.test(told)) return { wrong: name };
    found[name] = told;
  }
  return found;
}

/** By which the HTTP interface knows what the message says, and whose word it is. */
export function headersOf(told: Said): Readonly<Record<string, string>> {
  return { ...told, prefer: "respond-async" };
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** A cancel names one invocation; bytes. */
const maxCancel = 1024;

/** Which invocation a cancel is about; undefined where it does not tell. */
export function cancelled({ payload }: Pick<InMessage, "payload">): string | undefined {
  if (payload.length > maxCancel) return undefined;
  try {
    const { id } = (JSON.parse(new TextDecoder().decode(payload)) ?? {}) as { readonly id?: unknown };
    return typeof id === "string" && uuid.test(id) ? id.toLowerCase() : undefined;
  } catch {
    return undefined;
  }
}

/** The question that asks for an action, with whatever the message brings. */
export function actionQuestion(
  { thing, action }: { readonly thing: string; readonly action: string },
  headers: Question["headers"],
  { payload, properties }: Pick<InMessage, "payload" | "properties">,
): Question {
  const path = `/${thing}/${action}`;
  if (payload.length === 0) return { method: "POST", path, headers };
  const type = properties.contentType ?? "application/json";
  return { method: "POST", path, headers: { ...headers, "content-type": type }, body: payload };
}
