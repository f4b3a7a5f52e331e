import { Type } from "../../typebox.ts";

export const propertyParams = Type.Object({ thing: Type.String(), property: Type.String() });
export const actionParams = Type.Object({ thing: Type.String(), action: Type.String() });
export const actionStatusParams = Type.Object({ thing: Type.String(), action: Type.String(), id: Type.String() });
export const eventParams = Type.Object({ thing: Type.String(), event: Type.String() });
export const urnParams = Type.Object({ urn: Type.String() });

const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: "At most this many" }));

/** Of lists of what has been asked, the newest first. */
export const pageQuery = Type.Object({
  limit,
  cursor: Type.Optional(Type.Integer({ minimum: 0, description: "From the Link header of the page before" })),
});

/** Of the directory, whose words for pages are the standard's. */
export const directoryQuery = Type.Object({
  offset: Type.Optional(Type.Integer({ minimum: 0, description: "Leave out so many" })),
  limit,
  format: Type.Optional(Type.Enum(["array", "collection"])),
});

/** Of long polls. */
export const nextQuery = Type.Object({
  wait: Type.Optional(
    Type.Number({ minimum: 0, unit: "s", description: "Answer with the next event, or 204 after this many seconds" }),
  ),
  after: Type.Optional(
    Type.String({
      pattern: "^([-+0-9:.TZ]{1,32}/)?[0-9a-f]{12}-[0-9]{1,15}$",
      description: "The id of an event, from the Link header of the answer before or from a stream",
    }),
  ),
});
