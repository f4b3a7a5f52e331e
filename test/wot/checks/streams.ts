import { check, type Verdicts } from "../check.ts";
import type { Findings } from "../dialogue/findings.ts";
import type { FoundMessage } from "../dialogue/messages.ts";
import type { StreamOp } from "../dialogue/streams.ts";
import { mediaType } from "../wire.ts";
import { isDateTime, misfit } from "./facts.ts";

/** How the profile numbers the same sentences about each of the four operations. */
interface Numbers {
  readonly form: string;
  readonly url: string;
  readonly opens: string;
  readonly pushes: string;
  readonly sends: string;
  readonly named: string;
  readonly data: string | undefined;
  readonly id: string;
  readonly time: string;
  readonly again: string;
  readonly ends: string;
}

const numbers: Readonly<Record<StreamOp, Numbers>> = {
  observeproperty: {
    ...{ form: "1", url: "2", opens: "3", pushes: "4", sends: "5a", named: "5b", data: undefined },
    ...{ id: "5c", time: "5d", again: "6b", ends: "unobserveproperty-1" },
  },
  observeallproperties: {
    ...{ form: "1", url: "2", opens: "3", pushes: "4", sends: "5a", named: "5b", data: "5c" },
    ...{ id: "5d", time: "5e", again: "6b", ends: "unobserveallproperties-1" },
  },
  subscribeevent: {
    ...{ form: "1", url: "3", opens: "4", pushes: "5", sends: "6a", named: "6b", data: "6c" },
    ...{ id: "6d", time: "6e", again: "7b", ends: "unsubscribeevent-1" },
  },
  subscribeallevents: {
    ...{ form: "1", url: "3b", opens: "4", pushes: "3", sends: "4a", named: "4b", data: "4c" },
    ...{ id: "4d", time: "4e", again: "5b", ends: "unsubscribeallevents-1" },
  },
};

const prefix = "http-sse-profile-protocol-binding-";
const asked = "The run is the consumer: ";

function streamed(op: StreamOp): Verdicts {
  const number = numbers[op];
  const id = (which: string) => `${prefix}${op}-${which}`;
  const streams = ({ streams }: Findings) => streams.filter((stream) => stream.op === op);
  const messages = ({ messages }: Findings) => messages.filter((message) => message.op === op);
  const heard = (findings: Findings) => messages(findings).filter(({ message }) => message !== undefined);
  const whose = op.endsWith("property")
    ? "each property that is observable"
    : op.endsWith("event")
      ? "each event"
      : "each Thing that has some";
  const what = op.startsWith("observe") ? "a property is written" : "the door is opened and shut";

  return {
    [id(number.form)]: check(
      `${asked}it looks for such a form in the Thing Description, and finds one for ${whose}`,
      streams,
      ({ listening }) => !listening && "no form with the subprotocol sse",
    ),
    [id(number.url)]: check(
      `${asked}it takes the URL, against \`base\` where it is relative, and is answered there`,
      streams,
      ({ listening }) => listening?.status !== 200 && `answered by ${listening?.status}`,
    ),
    [id(number.opens)]: check(
      `${asked}it opens a connection there as EventSource does, over a socket, and it is accepted`,
      streams,
      ({ listening }) => listening?.status !== 200 && `answered by ${listening?.status}`,
    ),
    [id(number.pushes)]: check(
      `The answer for ${whose} is a \`text/event-stream\`, which stays open`,
      streams,
      ({ listening }) => {
        if (!listening || mediaType(listening) !== "text/event-stream")
          return `it is ${listening?.headers["content-type"]}`;
        return !listening.stays && "it was closed";
      },
    ),
    [id(number.sends)]: check(
      `While a connection is open ${what}: a message comes`,
      messages,
      ({ message }) => !message && "nothing came",
    ),
    [id(number.named)]: check(
      "Its `event` is the name of the affordance, its `data` is what there is to tell, as JSON that fits the schema",
      heard,
      ({ name, message, ...rest }) =>
        message?.event === name ? wrongData({ name, message, ...rest }) : `its event is ${message?.event}`,
    ),
    ...(number.data !== undefined && {
      [id(number.data)]: check("It is JSON, and fits the schema of its affordance", heard, wrongData),
    }),
    [id(number.id)]: check(
      "Each message has an `id`, and no two have the same",
      (findings) => heard(findings).map((found) => ({ ...found, all: idsOf(messages(findings)) })),
      ({ message, all }) => {
        if (message?.id === undefined) return "no id";
        return all.filter((one) => one === message.id).length > 1 && `${message.id} comes twice`;
      },
    ),
    [id(number.time)]: check(
      "The `id` begins with the time at which it happened, by RFC 3339; a number after it keeps those of one moment apart",
      heard,
      ({ message }) => !beginsWithTime(message?.id ?? "") && `it is ${message?.id}`,
    ),
    [id(number.again)]: check(
      "The connection is closed, something happens, and it is made anew with `Last-Event-ID`: what was missed comes",
      messages,
      ({ missed }) => !missed && "nothing came",
    ),
    [`${prefix}${number.ends}`]: check(
      "The run closes the connection, and does nothing else: on the side of the Thing it is closed as well",
      streams,
      ({ listening }) => !listening?.ended && "it was kept",
    ),
  };
}

const idsOf = (messages: readonly FoundMessage[]) =>
  messages.flatMap(({ message, missed }) => [message?.id, missed?.id]);
const beginsWithTime = (id: string) => isDateTime(/^[^Z]*Z/.exec(id)?.[0]);

function wrongData({ td, op, name, value, message }: FoundMessage): string | undefined {
  const affordance = op.startsWith("observe") ? td.properties?.[name] : td.events?.[name];
  try {
    const data: unknown = JSON.parse(message?.data ?? "");
    if (value !== undefined && JSON.stringify(data) !== JSON.stringify(value)) return `its data is ${message?.data}`;
    return misfit(op.startsWith("observe") ? affordance : affordance?.data, data);
  } catch {
    return `its data is no JSON: ${message?.data}`;
  }
}

export const streams: Verdicts = {
  ...streamed("observeproperty"),
  ...streamed("observeallproperties"),
  ...streamed("subscribeevent"),
  ...streamed("subscribeallevents"),
};
