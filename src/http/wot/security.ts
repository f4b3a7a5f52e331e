import type { View } from "../view.ts";

const header = { in: "header", name: "Authorization" };

/** LabThings' words. */
const nobodyIsAsked = {
  securityDefinitions: { no_security: { scheme: "nosec", description: "No security" } },
  security: "no_security",
};

/**
 * The profile takes Basic and knows no Bearer, and node-wot takes whatever is named first and no combination of two: so
 * one is asked for, and the other is told of.
 */
const tokens = {
  securityDefinitions: {
    basic: { scheme: "basic", ...header, description: "Your token as the password; the name beside it may be any" },
    bearer: { scheme: "bearer", ...header, format: "opaque", description: "Or your token alone" },
  },
  security: ["basic"],
};

/** How a client says who it is. */
export const securityOf = ({ auth }: Pick<View, "auth">) => (auth === "tokens" ? tokens : nobodyIsAsked);
