import { everywhere, inDescriptions, type Spoiler } from "./spoiler.ts";

const of = (...numbers: readonly string[]) => numbers.map((number) => `http-basic-profile-protocol-binding-${number}`);
const ofSse = (...numbers: readonly string[]) => numbers.map((number) => `http-sse-profile-protocol-binding-${number}`);

/** Thing Descriptions that are wrong in what all else depends on. */
export const forms: readonly Spoiler[] = [
  {
    what: "nothing has a title",
    found: [
      "common-constraints-a11y-1",
      "http-basic-profile-1",
      "http-sse-profile-1",
      "profile-abstract-1",
      "profiling-mechanism-1",
    ],
    answer: inDescriptions((td) => everywhere(td, "title", () => undefined)),
  },
  {
    what: "the forms lead where HTTP does not go",
    found: [
      ...of("readproperty-1", "writeproperty-1", "readallproperties-1", "writemultipleproperties-1"),
      ...of("invokeaction-1", "queryallactions-1", "cancelaction-1a"),
      ...ofSse("observeproperty-1", "observeallproperties-1", "subscribeevent-1", "subscribeallevents-1"),
    ],
    answer: inDescriptions((td) => ({ ...td, base: "coap://127.0.0.1/" })),
  },
  {
    what: "properties that are read-only have a form to write them",
    found: of("writeproperty-1"),
    answer: inDescriptions((td) => everywhere(td, "readOnly", () => true)),
  },
  {
    what: "actions do not say whether they are synchronous",
    found: of("invokeaction-9"),
    answer: inDescriptions((td) => everywhere(td, "synchronous", () => undefined)),
  },
];
