import type { View } from "../view.ts";
import { securityOf } from "./security.ts";
import { thingId } from "./thing-id.ts";

export const directoryPath = "/gateway/directory";

const problemResponse = { contentType: "application/problem+json", "htv:statusCodeValue": 400 };

/** The Thing Description of the directory: what of the standard's it offers, which is what can be read. */
export const directoryDescription = (view: Pick<View, "gateway" | "auth">, origin: string) => ({
  "@context": [
    "https://www.w3.org/2019/wot/td/v1",
    "https://www.w3.org/2022/wot/td/v1.1",
    "https://www.w3.org/2022/wot/discovery",
    { "@language": "en" },
  ],
  "@type": "ThingDirectory",
  id: thingId(view.gateway.installation, directoryPath),
  title: "Things of this bench",
  description:
    "The Thing Descriptions of all Things that this gateway serves. They are its configuration's: read only.",
  ...securityOf(view),
  base: `${origin}/`,
  properties: {
    things: {
      title: "Thing Descriptions",
      description: "All Thing Descriptions, or a page of them",
      type: "array",
      items: { type: "object" },
      readOnly: true,
      writeOnly: false,
      observable: false,
      uriVariables: {
        offset: { title: "Number of descriptions to skip before the page", type: "integer", minimum: 0, default: 0 },
        limit: { title: "Number of descriptions in a page", type: "integer", minimum: 1 },
        format: { title: "Payload format", type: "string", enum: ["array", "collection"], default: "array" },
      },
      forms: [
        {
          href: `${directoryPath}/things{?offset,limit,format}`,
          op: ["readproperty"],
          contentType: "application/ld+json",
          "htv:methodName": "GET",
          response: { contentType: "application/ld+json" },
          additionalResponses: [problemResponse],
        },
      ],
    },
  },
  actions: {
    retrieveThing: {
      title: "Retrieve a Thing Description",
      description: "The Thing Description with that id",
      uriVariables: { id: { "@type": "ThingID", title: "The id of the Thing", type: "string" } },
      output: { title: "Thing Description", type: "object" },
      safe: true,
      idempotent: true,
      synchronous: true,
      forms: [
        {
          href: `${directoryPath}/things/{id}`,
          op: ["invokeaction"],
          contentType: "application/json",
          "htv:methodName": "GET",
          response: { contentType: "application/td+json" },
          additionalResponses: [{ ...problemResponse, "htv:statusCodeValue": 404 }],
        },
      ],
    },
  },
});
