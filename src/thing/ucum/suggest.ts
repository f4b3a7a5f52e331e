import { metric, plain, special } from "./atoms.ts";
import { unitProblem } from "./parse.ts";

/** How people write units, in whatever case, and how UCUM does. */
const habits: Readonly<Record<string, string>> = {
  "°C": "Cel",
  "℃": "Cel",
  degc: "Cel",
  celsius: "Cel",
  "°F": "[degF]",
  degf: "[degF]",
  "°": "deg",
  degree: "deg",
  degrees: "deg",
  degk: "K",
  kelvin: "K",
  sec: "s",
  second: "s",
  seconds: "s",
  msec: "ms",
  millisecond: "ms",
  milliseconds: "ms",
  minute: "min",
  minutes: "min",
  hr: "h",
  hour: "h",
  hours: "h",
  day: "d",
  days: "d",
  cc: "mL",
  ccm: "mL",
  milliliter: "mL",
  litre: "L",
  liter: "L",
  gram: "g",
  grams: "g",
  kilogram: "kg",
  lb: "[lb_av]",
  oz: "[oz_av]",
  meter: "m",
  metre: "m",
  micron: "um",
  inch: "[in_i]",
  in: "[in_i]",
  ft: "[ft_i]",
  rpm: "{rotation}/min",
  cps: "{count}/s",
  "\u03a9": "Ohm",
  "\u2126": "Ohm",
  ohm: "Ohm",
  ohms: "Ohm",
  volt: "V",
  volts: "V",
  amp: "A",
  amps: "A",
  watt: "W",
  hertz: "Hz",
  hz: "Hz",
  psi: "[psi]",
  torr: "mm[Hg]",
  mmhg: "mm[Hg]",
  ppm: "[ppm]",
  ppb: "[ppb]",
  percent: "%",
  "‰": "[ppth]",
  Å: "Ao",
  bits: "bit",
  byte: "By",
  bytes: "By",
  px: "{pixel}",
  pixel: "{pixel}",
  pixels: "{pixel}",
  step: "{step}",
  steps: "{step}",
  count: "{count}",
  counts: "{count}",
};

const superscripts: Readonly<Record<string, string>> = { "⁻": "-", "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4" };

/** Everything that is none of UCUM's operators, brackets and digits. */
const symbols = /\{[^}]*\}|\[[^\]]*\]|[^\d+\-./(){}[\]\s]+/g;

const known = [...metric, ...plain, ...special];

/** A unit that may be meant by one that is none, or undefined when nothing comes to mind. */
export function suggestedUnit(text: string): string | undefined {
  const ascii = text
    .trim()
    .replaceAll(/[⁻⁰¹²³⁴]/g, (sign) => superscripts[sign] ?? "")
    .replaceAll(/[µμ]/g, "u")
    .replaceAll(/\s*(\/|\bper\b)\s*/g, "/")
    .replaceAll(/\s*([·×]|(?<!10)\*)\s*|\s+/g, ".")
    .replaceAll(/(?<!10)\^/g, "");
  const spelt = ascii.replaceAll(symbols, (symbol) => habit(symbol) ?? otherCase(symbol) ?? symbol);
  return spelt !== text && !unitProblem(spelt) ? spelt : undefined;
}

function habit(symbol: string): string | undefined {
  const name = [symbol, symbol.toLowerCase()].find((one) => Object.hasOwn(habits, one));
  return name === undefined ? undefined : habits[name];
}

/** Spelt right, or the one atom that differs by its case, or by missing square brackets. */
function otherCase(symbol: string): string | undefined {
  if (!unitProblem(symbol)) return symbol;
  const lower = symbol.toLowerCase();
  const found = known.filter((atom) => atom.toLowerCase() === lower || atom.toLowerCase() === `[${lower}]`);
  return found.length === 1 ? found[0] : undefined;
}
