import type { Verdicts } from "./check.ts";
import { considerations } from "./checks/considerations.ts";
import { description } from "./checks/description.ts";
import { errors } from "./checks/errors.ts";
import { invoke } from "./checks/invoke.ts";
import { queryAll } from "./checks/lists.ts";
import { notApplicable } from "./checks/not-applicable.ts";
import { properties } from "./checks/properties.ts";
import { requests } from "./checks/requests.ts";
import { security } from "./checks/security.ts";
import { status } from "./checks/status.ts";
import { streams } from "./checks/streams.ts";

const isCommon = (id: string) => id.startsWith("common-constraints-");
const isBasic = (id: string) =>
  id.startsWith("http-basic-profile-protocol-binding") ||
  id.startsWith("undefined ") ||
  id === "http-basic-profile-identifier-1";
const isSse = (id: string) => /^http-sse-profile-(protocol-binding-.+-|identifier-)/.test(id);

/** Assertions that others add up to. */
const conclusions: Verdicts = {
  "http-basic-profile-1": { how: "No row of the Common Constraints has failed", from: isCommon },
  "http-sse-profile-1": { how: "No row of the Common Constraints has failed", from: isCommon },
  "profile-5-2-thing-protocol-binding-1": {
    how: "No row of the HTTP Basic Profile's binding has failed",
    from: isBasic,
  },
  "http-sse-profile-protocol-binding-1": { how: "No row of the HTTP SSE Profile's binding has failed", from: isSse },
  "profile-abstract-1": {
    how: "No row of the Common Constraints or of the HTTP Basic Profile's binding has failed",
    from: (id) => isCommon(id) || isBasic(id),
  },
  "profile-why-a-basic-profile-1-x": { how: "No row of the HTTP Basic Profile has failed", from: isBasic },
  "profiling-mechanism-1": {
    how: "No row of the Common Constraints or of the two profiles that the Thing Descriptions claim has failed",
    from: (id) => isCommon(id) || isBasic(id) || isSse(id),
  },
};

/** What is said of each assertion, and how that is known. */
export const verdicts: Verdicts = {
  ...description,
  ...errors,
  ...properties,
  ...invoke,
  ...status,
  ...requests,
  ...queryAll,
  ...streams,
  ...security,
  ...considerations,
  ...conclusions,
  ...notApplicable,
};
