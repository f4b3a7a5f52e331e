const headings = [/wiring/i, /configuration/i, /safe state/i, /where the facts are from/i];

/** What is missing on the page of a driver; `offered` are its affordances and settings. */
export function flawsOf(name: string, page: string, offered: readonly string[]): readonly string[] {
  const found = page.split("\n").filter((line) => line.startsWith("## "));
  const entry = new RegExp(`^  driver: ${name}\\b`, "m");
  return [
    ...(page.startsWith(`# \`${name}\`: `) ? [] : ["its title"]),
    ...(/^\*\*Tested on hardware: (no|yes)/m.test(page) ? [] : ["whether it was tested on hardware"]),
    ...headings.filter((heading) => !found.some((line) => heading.test(line))).map((heading) => `a heading ${heading}`),
    ...(entry.test(page) ? [] : ["an entry for the configuration"]),
    ...offered.filter((one) => !new RegExp(`\\b${one}\\b`).test(page)),
  ];
}
