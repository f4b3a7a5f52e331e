import type { Thing } from "../../thing/thing.ts";
import type { Json } from "./json.ts";

export const webOfThings = "Web of Things";

/** What stands together in the document, apart from the Things, of which each is a tag of its own. */
const sections: readonly (readonly [tag: string, description: string, urls: RegExp])[] = [
  [
    webOfThings,
    "The same Things by the W3C's HTTP profile; their Thing Descriptions lead there",
    /^\/(things\/:thing|\.well-known\/|gateway\/directory)/,
  ],
  [
    "Invocations",
    "What has been asked for, how far it is, and how to end it",
    /^\/(action_invocations|actions|blob)\b/,
  ],
  ["Events", "What happens, as it happens", /^\/events\b/],
  ["Safety", "A software stop and interlocks: no safety function", /^\/(emergency_stop|gateway\/interlocks)\b/],
  [
    "Experiments",
    "Questions to people, recordings, procedures and their runs, schedules, alarms, calibrations",
    /^\/gateway\/(prompts|recordings|procedures|runs|schedules|alarms|calibrations)\b/,
  ],
  ["Mock", "With --mock: let simulated devices misbehave", /^\/mock\//],
  ["Gateway", "How benchd is, and what has been done", /^\/(gateway|health|ready|thing_states|metrics)\b/],
  ["Things", "Which there are, who has leased one, and whether one is quarantined", /^\//],
];

export const tagOf = (url: string): string => sections.find(([, , urls]) => urls.test(url))?.[0] ?? "Things";

/** The Things first: they are what somebody looks for. */
export function tags(things: readonly Thing[], used: ReadonlySet<string>): readonly Json[] {
  return [
    ...things.map(({ name, title, definition: { description } }) => ({
      name,
      description: [title, ...(description === undefined ? [] : [description])].join(": "),
    })),
    ...sections.filter(([name]) => used.has(name)).map(([name, description]) => ({ name, description })),
  ];
}
