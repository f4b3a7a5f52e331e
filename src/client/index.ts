/** What asks a gateway, in Node and in a browser alike: `benchd/client`. */

export {
  type Answer,
  Connection,
  type ConnectionOptions,
  type RequestOptions,
  type SendOptions,
} from "./connection.ts";
export { BenchError, RefusedError, UnreachableError } from "./errors.ts";
export {
  type BenchEvent,
  type EventKind,
  type FollowOptions,
  follow,
  type GapEvent,
  type StreamDetail,
  type StreamState,
} from "./events.ts";
export { type Message, messages } from "./server-sent.ts";
