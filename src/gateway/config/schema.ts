import { outputPolicies } from "../../thing/definition-shape.ts";
import { Type } from "../../typebox.ts";

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
    access: Type.Optional(Type.Unknown()),
    buses: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    gpio: Type.Optional(Type.Unknown()),
    history: Type.Optional(Type.Unknown()),
    blobs: Type.Optional(Type.Unknown()),
    limits: Type.Optional(Type.Unknown()),
    things: Type.Record(Type.String(), Type.Unknown()),
    interlocks: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    recordings: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    keepRecordings: Type.Optional(Type.Unknown()),
    schedules: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    alarms: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    notifiers: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    mqtt: Type.Optional(Type.Unknown()),
    discovery: Type.Optional(Type.Unknown()),
  },
  { additionalProperties: false },
);

export const listenSchema = Type.Object(
  {
    host: Type.Optional(Type.String({ minLength: 1, expects: "an address of this machine, such as 127.0.0.1" })),
    port: Type.Optional(Type.Integer({ minimum: 0, maximum: 65535, expects: "a port from 1 to 65535" })),
    tls: Type.Optional(Type.Unknown()),
  },
  { additionalProperties: false },
);

export const busSchema = Type.Object({ serial: Type.Unknown() }, { additionalProperties: false });

export const gpioSchema = Type.Object(
  {
    backend: Type.Optional(Type.Enum(["auto", "character-device", "sysfs"])),
    chip: Type.Optional(
      Type.String({ minLength: 1, expects: "the label of a GPIO chip, such as pinctrl-rp1, or its path" }),
    ),
  },
  { additionalProperties: false },
);

export const historySchema = Type.Object(
  {
    days: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 36_500, expects: "days, up to 36500" })),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000_000, expects: "how many invocations to keep" })),
    megabytes: Type.Optional(Type.Number({ minimum: 1, maximum: 1_000_000, expects: "megabytes, 1 to 1000000" })),
    whenFull: Type.Optional(Type.Enum(["refuse", "run"])),
  },
  { additionalProperties: false },
);

export const blobsSchema = Type.Object(
  {
    days: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 36_500, expects: "days, up to 36500" })),
    count: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 100_000, expects: "how many blobs to keep, up to 100000" }),
    ),
    megabytes: Type.Optional(Type.Number({ minimum: 1, maximum: 10_000_000, expects: "megabytes, 1 to 10000000" })),
    maxMegabytes: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, maximum: 100_000, expects: "megabytes of one blob, up to 100000" }),
    ),
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
    serial: Type.Optional(Type.Unknown()),
    bus: Type.Optional(Type.String({ minLength: 1, expects: "the name of a bus below buses:" })),
    gpio: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    uses: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    calibration: Type.Optional(Type.Unknown()),
    outputs: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { additionalProperties: false },
);

/** A name or an address, in brackets when it has colons, and a port: `10.0.0.7:4001`, `[fe80::1]:4001`. */
const hostAndPort = "(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]+):[0-9]{1,5}";
const bestPath = "the path of a port, best one from /dev/serial/by-id";

/** `serial:` in one word. */
export const portSchema = Type.String({
  pattern: `^(/.*|tcp://${hostAndPort})$`,
  expects: `${bestPath}, or tcp://host:port`,
});

/** `serial:` in full: where the port is, in one of three ways, and what is particular about it. */
export const serialSchema = Type.Object(
  {
    path: Type.Optional(Type.String({ pattern: "^/", expects: bestPath })),
    usb: Type.Optional(Type.Unknown()),
    tcp: Type.Optional(Type.String({ pattern: `^(tcp://)?${hostAndPort}$`, expects: "host:port of a serial server" })),
    resetsOnOpen: Type.Optional(Type.Boolean()),
    openQuietMs: Type.Optional(Type.Number({ minimum: 0, maximum: 6000, expects: "milliseconds, 0 to 6000" })),
    hupcl: Type.Optional(Type.Boolean()),
    dtr: Type.Optional(Type.Boolean()),
    rts: Type.Optional(Type.Boolean()),
    flowControl: Type.Optional(Type.Enum(["none", "hardware", "software"])),
    writeTimeoutMs: Type.Optional(
      Type.Number({ minimum: 100, maximum: 600_000, expects: "milliseconds, 100 to 600000" }),
    ),
  },
  { additionalProperties: false },
);

/** YAML reads 0403 as a number, and 10c4 as a text: only quotes tell what is meant. */
const usbNumber = Type.String({
  pattern: "^[0-9A-Fa-f]{4}$",
  expects: 'four hexadecimal digits in quotes, such as "0403"',
});

export const usbSchema = Type.Object(
  {
    vendorId: usbNumber,
    productId: usbNumber,
    serialNumber: Type.Optional(
      Type.String({ minLength: 1, expects: "the serial number in quotes, as benchd ports tells it" }),
    ),
    interface: Type.Optional(Type.Integer({ minimum: 0, maximum: 255, expects: "the number of a USB interface" })),
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

/** What a bench says of an output beside what its driver does. */
export const outputSchema = Type.Object(
  {
    ...outputPolicies,
    cutBy: Type.Optional(
      Type.String({
        pattern: "^[a-z][a-z0-9_]*[.][a-zA-Z_][a-zA-Z0-9_]*$",
        expects: "an output of another Thing, such as relays.pump_power",
      }),
    ),
  },
  { additionalProperties: false },
);

/** A duration is judged by whoever reads it, with its own words. */
export const calibrationSchema = Type.Object(
  {
    expires: Type.Optional(Type.String({ minLength: 1, expects: "a duration, such as 30 d" })),
    whenExpired: Type.Optional(Type.Enum(["warn", "refuse"])),
  },
  { additionalProperties: false },
);

export const slotSchema = Type.String({ minLength: 1, expects: "the name of a Thing" });

const outputName = "^[a-z][a-z0-9_]*\\.[a-zA-Z_][a-zA-Z0-9_]*$";
const outputWords = "a Thing and an output of it, such as heater.heater";

export const interlockSchema = Type.Object(
  {
    thing: Type.String({ minLength: 1, expects: "the name of the Thing that is watched" }),
    property: Type.String({ minLength: 1, expects: "the property of it that is watched" }),
    equals: Type.Unknown({ description: "the value that is in order" }),
    outputs: Type.Unknown({ description: "a list of outputs, as [heater.heater]" }),
    on: Type.Optional(Type.Enum(["block", "abort"])),
    pollMs: Type.Optional(Type.Number({ minimum: 50, maximum: 60_000, expects: "milliseconds, 50 to 60000" })),
    maxAgeMs: Type.Optional(Type.Number({ minimum: 100, maximum: 600_000, expects: "milliseconds, 100 to 600000" })),
  },
  { additionalProperties: false },
);

export const outputListSchema = Type.Array(Type.String({ pattern: outputName, expects: outputWords }), {
  minItems: 1,
  expects: outputWords,
});
export const outputTableSchema = Type.Record(Type.String(), Type.Union([Type.Boolean(), Type.Number()]), {
  minProperties: 1,
  expects: "outputs with the values they are to have, such as { relays.vent: true }",
});
export const outputNameSchema = Type.String({ pattern: outputName, expects: outputWords });
