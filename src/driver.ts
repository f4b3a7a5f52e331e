/** The driver API: everything a driver may import, besides the definitions of the Things it uses. */

export {
  acknowledgeCancel,
  ask,
  background,
  blob,
  calibrate,
  currentInvocation,
  deliver,
  detached,
  log,
  now,
  report,
  shield,
  sleep,
  throwIfCancelled,
} from "./ambient.ts";
export type { BlobValue } from "./blob.ts";
export { Blob } from "./blob-schema.ts";
export type { Calibration, CalibrationPoint, CalibrationResult, Quantities, Quantity } from "./calibration.ts";
export { cleanUp } from "./clean-up.ts";
export {
  DeviceFaultError,
  DeviceResetError,
  DeviceTimeoutError,
  InputError,
  InvocationCancelledError,
  InvocationError,
  MalformedReplyError,
  OperatedLocallyError,
  WrongDeviceError,
} from "./errors.ts";
export { isSafePattern } from "./schema-cost.ts";
export { configured } from "./thing/configured.ts";
export { defineThing } from "./thing/define.ts";
export { optional } from "./thing/optional.ts";
export type { Codec, Decoder, DecoderSink } from "./transport/codec.ts";
export { lines } from "./transport/lines.ts";
export { packets } from "./transport/packets.ts";
export { type Static, type TSchema, Type } from "./typebox.ts";
