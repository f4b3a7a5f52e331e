import { everywhere, inDescriptions, type Spoiler } from "./spoiler.ts";

const none = () => undefined;
const link = (change: object) =>
  inDescriptions((td) => ({ ...td, links: [{ href: "/a", rel: "item", type: "text/html", ...change }] }));
/** Thing Descriptions that are wrong. */
export const descriptions: readonly Spoiler[] = [
  {
    what: "no Thing has a description",
    found: ["common-constraints-a11y-2"],
    answer: inDescriptions(({ description: _, ...td }) => td),
  },
  {
    what: "the context is that of version 1.0, without a language",
    found: ["common-constraints-default-language", "profiling-mechanism-4"],
    answer: inDescriptions((td) => ({ ...td, "@context": "https://www.w3.org/2019/wot/td/v1" })),
  },
  {
    what: "the language is no language",
    found: ["common-constraints-default-language"],
    answer: inDescriptions((td) => ({
      ...td,
      "@context": ["https://www.w3.org/2022/wot/td/v1.1", { "@language": "en_GB!" }],
    })),
  },
  {
    what: "Thing Descriptions are plain JSON",
    found: ["common-constraints-discovery-1"],
    answer: (answer) => ({
      ...answer,
      ...(answer.headers["content-type"] === "application/td+json" && {
        headers: { ...answer.headers, "content-type": "application/json" },
      }),
    }),
  },
  {
    what: "the security scheme is one that the profiles do not know",
    found: ["common-constraints-security-1"],
    answer: inDescriptions((td) => everywhere(td, "scheme", () => "apikey")),
  },
  {
    what: "numbers have no unit",
    found: ["common-constraints-units", "common-constraints-units-metric"],
    answer: inDescriptions((td) => everywhere(td, "unit", none)),
  },
  {
    what: "lengths are in inches",
    found: ["common-constraints-units-metric"],
    answer: inDescriptions((td) => everywhere(td, "unit", () => "[in_i]")),
  },
  {
    what: "no profile is claimed",
    found: [
      "profiling-mechanism-2",
      "profiling-mechanism-3",
      "http-basic-profile-identifier-1",
      "http-sse-profile-identifier-1",
    ],
    answer: inDescriptions(({ profile: _, ...td }) => td),
  },
  {
    what: "the profile is no URI",
    found: ["profiling-mechanism-3"],
    answer: inDescriptions((td) => ({ ...td, profile: "basic" })),
  },
  {
    what: "links do not say what they lead to",
    found: ["common-constraints-links-1"],
    answer: link({ rel: undefined }),
  },
  {
    what: "links have keywords of their own, and lead to a film",
    found: [2, "media-types-1", "media-types-2"].map((number) => `common-constraints-links-${number}`),
    answer: link({ type: "video/mp4", colour: "red" }),
  },
  {
    what: "the Thing Description names the port, and a password",
    found: ["security-considerations-1", "privacy-considerations-1"],
    answer: inDescriptions((td) => ({ ...td, support: "/dev/ttyUSB0", password: "secret" })),
  },
  {
    what: "the id is the name of the device",
    found: ["privacy-considerations-1"],
    answer: inDescriptions((td) => ({ ...td, id: "urn:serial:4711" })),
  },
];
