import { Type } from "typebox";

/**
 * What `benchd.yaml` may say. `expects` ends the message when a value does not fit. The parts are judged one by one, so
 * that a mistake in one does not hide those in the others.
 */
export const gatewaySchema = Type.Object(
  {
    listen: Type.Optional(Type.Unknown()),
    prefix: Type.Optional(
      Type.String({ pattern: "^(/[A-Za-z0-9._~-]+)*$", expects: "a path without a slash at its end, such as /api/v1" }),
    ),
    stateDirectory: Type.Optional(Type.String({ minLength: 1, expects: "the path of a folder" })),
    allowedHosts: Type.Optional(
      Type.Array(Type.String({ pattern: "^[A-Za-z0-9.-]+$", expects: "the name of a host, such as bench.local" })),
    ),
    things: Type.Record(Type.String(), Type.Unknown()),
  },
  { additionalProperties: false },
);

export const listenSchema = Type.Object(
  {
    host: Type.Optional(Type.String({ minLength: 1, expects: "an address of this machine, such as 127.0.0.1" })),
    port: Type.Optional(Type.Integer({ minimum: 0, maximum: 65535, expects: "a port from 1 to 65535" })),
  },
  { additionalProperties: false },
);

export const thingSchema = Type.Object(
  {
    driver: Type.String({ minLength: 1, expects: "the name of a driver, or the path of one, such as ./my-pump.js" }),
    twin: Type.Optional(
      Type.String({ minLength: 1, expects: "the name of a twin, or the path of one, such as ./my-pump-twin.js" }),
    ),
    title: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    config: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    serial: Type.Optional(
      Type.String({ pattern: "^/", expects: "the path of a port, best one from /dev/serial/by-id" }),
    ),
    gpio: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    uses: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { additionalProperties: false },
);

export const pinSchema = Type.Object(
  {
    line: Type.Integer({ minimum: 0, maximum: 53, expects: "the BCM number of a line, 0 to 53, not a header pin" }),
    activeLow: Type.Optional(Type.Boolean()),
    pull: Type.Optional(Type.Enum(["up", "down", "none"])),
    debounceMs: Type.Optional(Type.Number({ minimum: 0, maximum: 1000, expects: "milliseconds, 0 to 1000" })),
  },
  { additionalProperties: false },
);

export const slotSchema = Type.String({ minLength: 1, expects: "the name of a Thing" });
