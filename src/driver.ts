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
export type { BlobOptions, BlobSource, BlobValue } from "./blob.ts";
export { Blob } from "./blob-schema.ts";
export type { Calibration, CalibrationPoint, CalibrationResult, Quantities, Quantity } from "./calibration.ts";
export { cleanUp } from "./clean-up.ts";
export type { InvocationView } from "./context.ts";
export {
  type CancelReason,
  DeviceFaultError,
  DeviceResetError,
  DeviceTimeoutError,
  InputError,
  InvocationCancelledError,
  InvocationError,
  type Issue,
  MalformedReplyError,
  OperatedLocallyError,
  WrongDeviceError,
} from "./errors.ts";
export { isSafePattern } from "./schema-cost.ts";
export type {
  ActionAffordance,
  EventAffordance,
  OutputContract,
  PropertyAffordance,
  StreamAffordance,
} from "./thing/affordance.ts";
export { configured } from "./thing/configured.ts";
export { defineThing, type Handlers, type OpenContext, type ThingDefinition } from "./thing/define.ts";
export { optional } from "./thing/optional.ts";
export type { Codec, Decoder, DecoderSink } from "./transport/codec.ts";
export type { GpioTransport, InputPin, OutputPin } from "./transport/gpio.ts";
export { lines } from "./transport/lines.ts";
export { packets } from "./transport/packets.ts";
export type { Connection, SerialOptions, SerialTransport } from "./transport/serial.ts";
export { type Static, type TSchema, Type } from "./typebox.ts";
