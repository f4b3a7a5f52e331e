/** What stands in the navigation: its title, and its name in the address. */
export const views = [
  ["Bench", ""],
  ["Timeline", "timeline"],
  ["Runs", "runs"],
  ["Plots", "plots"],
  ["Recordings", "recordings"],
  ["History", "history"],
  ["Safety", "safety"],
] as const;

/** Where what does not stand there belongs. */
export const within: Readonly<Record<string, string>> = {
  ...{ things: "", traffic: "", transcripts: "", invocations: "" },
  ...{ procedures: "runs", schedules: "runs", calibrations: "runs" },
};

/** Of what the address names, for the title of the tab. */
export function titleOfView([name = "", which]: readonly string[]): string {
  if (name === "things") return which ?? "";
  return views.find(([, known]) => known === name)?.[0] ?? "";
}
