import { InputError, MalformedReplyError } from "benchd/driver";

/** What the prompt in each reply says the pump is doing; manual 10.3. */
export const prompts = {
  I: "infusing",
  W: "withdrawing",
  S: "stopped",
  P: "paused",
  T: "pause phase",
  U: "waiting for a key",
  X: "purging",
} as const;
export type Prompt = keyof typeof prompts;
export const alarms: Readonly<Record<string, string>> = {
  R: "was reset: its power was interrupted",
  S: "stalled: the syringe is at its end, or the tube is blocked",
  T: "stopped by itself, as it had heard nothing for its time-out of Safe mode",
  E: "has an error in its pumping program",
  O: "has a phase out of range in its pumping program",
};
export const refusals: Readonly<Record<string, string>> = {
  "?": "it does not know the command",
  "?NA": "not now",
  "?OOR": "out of range",
  "?COM": "the packet was damaged",
  "?IGN": "ignored, as a new phase began",
};
/** mL/min in one unit of rate. */
export const rateUnits: Readonly<Record<string, number>> = { MM: 1, MH: 1 / 60, UM: 1 / 1000, UH: 1 / 60_000 };
export const rateSymbols: Readonly<Record<string, string>> = {
  MM: "mL/min",
  MH: "mL/h",
  UM: "µL/min",
  UH: "µL/h",
};

export interface Reply {
  readonly alarm?: string;
  readonly prompt?: Prompt;
  readonly data: string;
}

/** The alarm that a pump tells, and its address; undefined for any other reply. */
export function alarmIn(reply: string) {
  const [, from, alarm] = /^(\d\d)A\?([A-Z])$/.exec(reply) ?? [];
  return alarm === undefined ? undefined : { from, alarm };
}

/** The pump's own two digits, a prompt or an alarm, and data. */
export function parse(reply: string, address: string): Reply {
  const [, from, alarm, prompt, data = ""] = /^(\d\d)(?:A\?([A-Z])|([IWSPTUX])(.*))$/.exec(reply) ?? [];
  if (from !== address) throw new MalformedReplyError(`pump ${address} is expected to answer, not ${reply}`);
  if (alarm) return { alarm, data };
  return { prompt: prompt as Prompt, data };
}

/** The answer to `VER`, and to nothing else that is ever asked: a late reply cannot pass for it. */
export const tellsVersion = (reply: string, address: string) => new RegExp(`^${address}[IWSPTUX]NE\\d+V`).test(reply);

/** The answer to `DIR`: which way it pumps, or would; assumed: not now, in a phase of its program that does not pump. */
export const tellsDirection = (reply: string, address: string) =>
  new RegExp(`^${address}[IWSPTUX](INF|WDR|REV|STK|\\?NA)$`).test(reply);

/** The answer to `DIA`, a number. */
export const tellsDiameter = (reply: string, address: string) => new RegExp(`^${address}[IWSPTUX][\\d.]+$`).test(reply);

/** What has been moved since the counters were cleared, as `DIS` tells it; mL. */
export function parseCounts(data: string) {
  const [, infused, withdrawn, unit] = /^I([\d.]+)W([\d.]+)(ML|UL)$/.exec(data) ?? [];
  if (!unit) throw new MalformedReplyError(`the pump tells its volumes as "${data}"`);
  const mL = (text: string | undefined) => nanolitres(Number(text) / (unit === "ML" ? 1 : 1000));
  return { infused: mL(infused), withdrawn: mL(withdrawn) };
}

/** The volume of the stroke that is programmed, as `VOL` tells it; mL. */
export function parseVolume(data: string): number {
  const [, volume, unit] = /^([\d.]+)(ML|UL)$/.exec(data) ?? [];
  if (!unit) throw new MalformedReplyError(`the pump tells its volume as "${data}"`);
  return nanolitres(Number(volume) / (unit === "ML" ? 1 : 1000));
}

export function parseRate(data: string) {
  const [, value, unit = ""] = /^([\d.]+)([A-Z]{2})$/.exec(data) ?? [];
  const mLPerMin = rateUnits[unit];
  if (!mLPerMin) throw new MalformedReplyError(`the pump tells its rate as "${data}"`);
  return { mLPerMin: Number(value) * mLPerMin, unit };
}

/** Without the noise of binary fractions: a whole number of nL, in mL. */
export const nanolitres = (mL: number) => Math.round(mL * 1e6) / 1e6;

/** For people: no more digits than anybody reads. */
export const shown = (mL: number) => `${Number(mL.toFixed(3)) || Number(mL.toPrecision(3))} mL`;

/** A number as the pump takes it: at most four digits, three of them after the point, no exponent; manual 10.2.1. */
export function fourDigits(value: number, unit: string): string {
  for (const places of [3, 2, 1, 0]) {
    const text = value.toFixed(places);
    if (text.replace(".", "").length <= 4) return text;
  }
  throw new InputError(
    `the pump takes at most 9999 ${unit}, not ${Number(value.toPrecision(6))} ${unit}: ask for less`,
  );
}
