/** Units of UCUM as people write them. What is not here is written as UCUM does. */
const symbols: Readonly<Record<string, string>> = {
  "1": "",
  Cel: "°C",
  "[degF]": "°F",
  "[pH]": "pH",
  "mm[Hg]": "mmHg",
  "[psi]": "psi",
  "[ppm]": "ppm",
  "[ppth]": "‰",
  Ohm: "Ω",
  deg: "°",
};

/** `µL/min` for `uL/min`, `°C` for `Cel`, `steps` for `{step}`; nothing for what is only counted. */
export function unitText(unit: string | undefined): string {
  if (unit === undefined) return "";
  if (Object.hasOwn(symbols, unit)) return symbols[unit] ?? "";
  return unit
    .slice(0, 60)
    .replace(/^\{(\w+)\}$/, "$1s")
    .replaceAll(/[{}]/g, "")
    .replaceAll(/\bCel\b/g, "°C")
    .replaceAll(/(?<![A-Za-z])u(?=[A-Za-z])/g, "µ")
    .replaceAll(/([kM]?)Ohm/g, "$1Ω")
    .replaceAll(/(?<=[A-Za-z])-?[23](?=$|[./])/g, (power) => powers[power] ?? power)
    .replaceAll(".", "·");
}

const powers: Readonly<Record<string, string>> = { "2": "²", "3": "³", "-2": "⁻²", "-3": "⁻³" };
