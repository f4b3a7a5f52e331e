import { type Limits, usualLimits } from "../../gateway/config/limits.ts";

/** What is not told is as usual. */
export const limitsOf = (told: Partial<Limits> = {}): Limits => ({ ...usualLimits, ...told });

/** For the head of a request. */
const maxHeadMs = 10_000;
const maxLookMs = 5000;

/** How long Node waits for requests, and how often it looks whether one is late; for its servers of HTTP and of HTTPS. */
export function slowness({ requestSeconds }: Pick<Limits, "requestSeconds">) {
  const requestTimeout = requestSeconds * 1000;
  return {
    requestTimeout,
    headersTimeout: Math.min(requestTimeout, maxHeadMs),
    connectionsCheckingInterval: Math.min(requestTimeout / 2, maxLookMs),
  };
}
