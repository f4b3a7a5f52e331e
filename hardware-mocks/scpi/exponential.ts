/** A number as these instruments print it: `+1.50000000E+00`, `-4.68000000E-04`. */
export function exponential(value: number): string {
  const [digits, power = "0"] = value.toExponential(8).split("e");
  const sign = value < 0 ? "" : "+";
  return `${sign}${digits}E${Number(power) < 0 ? "-" : "+"}${power.replace(/\D/g, "").padStart(2, "0")}`;
}
