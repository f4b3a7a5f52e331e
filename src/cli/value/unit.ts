import { inLine } from "../terminal/in-line.ts";

/** Units of UCUM as people write them. */
const written: Readonly<Record<string, string>> = {
  Cel: "°C",
  "[pH]": "pH",
  Ohm: "Ω",
  "{step}": "steps",
  "1": "",
  deg: "°",
  um: "µm",
  uL: "µL",
  us: "µs",
  "uL/min": "µL/min",
};

/** Also understood, as it is typed more easily. */
const typed: Readonly<Record<string, readonly string[]>> = {
  Cel: ["C"],
  Ohm: ["ohm"],
  "{step}": ["step"],
  deg: ["degrees"],
};

/** A unit for people. */
export const unitText = (unit: string): string =>
  Object.hasOwn(written, unit) ? (written[unit] ?? unit) : inLine(unit.replace(/^\{(\w+)\}$/, "$1"));

/** Somebody has written this unit. Nobody converts units: another one is wrong. */
export const isUnit = (text: string, unit: string): boolean =>
  text === unit || text === unitText(unit) || (typed[unit] ?? []).includes(text);

/** Behind a number. */
export const behind = (unit: string | undefined): string => {
  const text = unit === undefined ? "" : unitText(unit);
  return text === "" ? "" : /^[°%]$/.test(text) ? text : ` ${text}`;
};
