import type { MessageProperties } from "./link.ts";

/** Where somebody wants to be answered, and what he knows his answer by. */
export interface ReplyAddress {
  readonly topic: string;
  readonly correlationData: Uint8Array | undefined;
}

/** Characters, and bytes. */
const maxTopic = 512;
/** mosquitto hangs up on whoever publishes deeper than 200 levels, EMQX than 128. */
const maxLevels = 64;
const maxCorrelation = 1024;

/**
 * Where to answer; undefined when nobody wants to be told. Throws nothing: what must not be is said in `refused`, and
 * answered nowhere. An answer is published with the rights of the gateway: it must not look as if the gateway, or another, had
 * told how something is, and not ask for anything.
 */
export function replyAddress(
  { responseTopic, correlationData }: MessageProperties,
  prefix: string,
): { readonly address?: ReplyAddress; readonly refused?: string } {
  if (responseTopic === undefined || responseTopic === "") return {};
  if (correlationData !== undefined && correlationData.length > maxCorrelation)
    return { refused: `its correlation data is longer than ${maxCorrelation} bytes` };
  if (!mayBeAnswered(responseTopic, prefix))
    return { refused: `its response topic is none, or too deep, or below ${prefix}/, or one that asks for something` };
  return { address: { topic: responseTopic, correlationData } };
}

/** Control characters are in no topic that anybody means. */
const plain = /^[^+#$\p{Cc}\p{Cs}][^+#\p{Cc}\p{Cs}]*$/u;
/** What a gateway of any prefix would take for a request. */
const asksSomething =
  /(?:^|\/)(?:emergency_stop\/request|things\/[^/]*\/stop\/request|actions\/[^/]*\/(?:request|cancel))$/;

function mayBeAnswered(topic: string, prefix: string): boolean {
  if (topic.length > maxTopic || !plain.test(topic) || asksSomething.test(topic)) return false;
  if (topic.split("/").length > maxLevels) return false;
  return topic !== prefix && !topic.startsWith(`${prefix}/`);
}
