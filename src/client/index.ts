/** What asks a gateway, in Node and in a browser alike: `benchd/client`. */

export { Bench, type ConnectOptions, connect, type Prompt, type StopReport, type ThingState } from "./bench.ts";
export {
  type Answer,
  Connection,
  type ConnectionOptions,
  type RequestOptions,
  type SendOptions,
} from "./connection.ts";
export type { AnyContract, BlobLink, Contract, ContractOf } from "./contract.ts";
export {
  BenchError,
  CancelledError,
  type Ended,
  InvocationError,
  type LogLine,
  RefusedError,
  UnreachableError,
} from "./errors.ts";
export {
  type BenchEvent,
  type EventKind,
  type FollowOptions,
  follow,
  type GapEvent,
  type StreamDetail,
  type StreamState,
} from "./events.ts";
export type { Invocation, InvokeOptions, Progress } from "./invocation.ts";
export type { Lease, LeaseTerms } from "./lease.ts";
export { type Message, messages } from "./server-sent.ts";
export type { ReadOptions, Thing, WriteOptions } from "./thing.ts";
