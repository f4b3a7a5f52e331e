import { Type } from "../../typebox.ts";
import { isLoopback } from "./access.ts";

/** How a gateway is found; as is usual unless told. */
export interface DiscoveryConfig {
  /** It tells its network that it is there, where others than its own machine can reach it. */
  readonly mdns: boolean;
}

export const discoverySchema = Type.Object(
  { mdns: Type.Optional(Type.Boolean({ expects: "true, or false not to be announced" })) },
  { additionalProperties: false },
);

/** Whether it is announced: where nobody else can reach it there is nothing to be found. */
export const isAnnounced = ({ listen, discovery }: Announcing): boolean =>
  discovery?.mdns !== false && !isLoopback(listen.host);

interface Announcing {
  readonly listen: { readonly host: string };
  readonly discovery?: Partial<DiscoveryConfig> | undefined;
}
