import { cleanUp, configured, DeviceFaultError, log, sleep, Type } from "benchd/driver";
import { type ActionSpec, config, lineEnds, type PropertySpec } from "./scpi/config.ts";
import { dialogue } from "./scpi/dialogue.ts";
import { enableMask, identityOf, tellsIdentity } from "./scpi/identity.ts";
import { messages } from "./scpi/messages.ts";
import { check } from "./scpi/rules.ts";
import { filled } from "./scpi/template.ts";
import { decoded, encoded, readingSchemaOf, schemaOf } from "./scpi/values.ts";

/** Whether an operation is complete is asked this often; ms. */
const pollMs = 200;
/** A float of single precision is that exact. */
const exactness = 1e-6;

/**
 * Any instrument with one output queue that speaks SCPI (IEEE 488.2 and SCPI-99), over a serial line or TCP: its
 * properties and actions, and what makes it safe, are the configuration's. Sets are read back; each command and the
 * questions about it are one transaction. Without `stop` and `safe` commands it is taken for one that drives nothing. Not
 * tested on hardware.
 */
export default configured(
  {
    title: "SCPI instrument",
    description: "What it offers is the configuration's",
    config,
  },
  (instrument) => {
    check(instrument);
    const { properties, actions, safe, errorQuery, onOpen } = instrument;
    const stop = instrument.stop ?? safe;
    const entries = Object.entries(properties);
    const table = <S, T>(specs: Readonly<Record<string, S>>, make: (spec: S, name: string) => T) =>
      Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, make(spec, name)]));

    return {
      properties: table(properties, propertyOf),
      actions: table(actions, actionOf),
      ...(safe && { outputs: { output: { safe: false } } }),

      async open({ serial }) {
        const line = await serial.open({
          baudRate: instrument.baudRate,
          codec: messages({
            send: lineEnds[instrument.send],
            receive: lineEnds[instrument.receive],
            maxBytes: instrument.maxReplyBytes,
          }),
          replyTimeoutMs: instrument.replyTimeoutMs,
          resync: {
            quietMs: 100,
            probe: "*IDN?",
            accepts: tellsIdentity,
            checks: instrument.checked ? [enableMask] : [],
          },
        });
        const scpi = dialogue(line, { errorQuery: errorQuery === "none" ? undefined : errorQuery, onOpen });
        /** Why a reading is null, while it is. */
        const unavailable = new Map<string, string>();
        let known = false;

        async function read(name: string, spec: PropertySpec): Promise<unknown> {
          const reply = await scpi.query(spec.query, spec.timeoutMs);
          const before = unavailable.get(name);
          unavailable.delete(name);
          // What can be set is a number, and so is its schema.
          const nullable = spec.nullable && spec.set === undefined;
          return decoded(reply, { ...spec, nullable }, spec.query, (why) => {
            if (before === undefined) log.warning(`${name} cannot be told: ${why}`);
            unavailable.set(name, why);
          });
        }

        async function write(name: string, spec: PropertySpec, value: unknown): Promise<void> {
          const { type, set = "", readBack } = spec;
          if (type === "block") return;
          await scpi.command(filled(set, { value: encoded(value, { ...spec, type }) }));
          if (!readBack) return;
          const shown = await read(name, spec);
          if (!agree(shown, value, spec.tolerance))
            throw new DeviceFaultError(`the instrument shows ${shown} for ${name} after it was set to ${value}`);
        }

        async function perform(name: string, spec: ActionSpec, input: unknown): Promise<unknown> {
          const given = input as Readonly<Record<string, unknown>>;
          const values = table(spec.input, (value, field) => encoded(given[field], value));
          const texts = [spec.command].flat().map((text) => filled(text, values));
          await scpi.command(...texts, ...(spec.waits ? ["*OPC"] : []));
          if (spec.waits) {
            try {
              // The wire is free meanwhile, as it would not be with *OPC?.
              while (!(await scpi.isComplete())) await sleep(pollMs);
            } catch (error) {
              const doubt = "it is not known whether the operation goes on";
              if (stop) return await cleanUp(error, doubt, () => scpi.command(...stop));
              throw error;
            }
          }
          if (spec.query === undefined) return undefined;
          const reply = await scpi.query(spec.query, spec.timeoutMs);
          return { value: decoded(reply, spec.output, spec.query, (why) => log.warning(`${name} is null: ${why}`)) };
        }

        const written = entries.filter(([, { set }]) => set !== undefined);
        return {
          read: table(properties, (spec, name) => () => read(name, spec)),
          write: table(Object.fromEntries(written), (spec, name) => (value: unknown) => write(name, spec, value)),
          invoke: table(actions, (spec, name) => (input: unknown) => perform(name, spec, input)),
          state: () => (unavailable.size > 0 ? { unavailable: Object.fromEntries(unavailable) } : {}),
          async identify() {
            const { identify } = instrument;
            const identity = identityOf(
              await scpi.query("*IDN?"),
              identify === undefined ? undefined : new RegExp(identify),
            );
            await scpi.open();
            known = true;
            return identity;
          },
          ...(stop && {
            async stop(occasion?: "opening") {
              if (occasion === "opening") await scpi.command(...stop);
              else for (const text of stop) await line.breakIn(text, { answered: false });
              const refused = await scpi.refusals();
              if (refused !== undefined) throw new DeviceFaultError(`the instrument refuses to stop: ${refused}`);
            },
          }),
          ...(safe && {
            async safe(kept: readonly string[]) {
              if (kept.includes("output")) return;
              // After a crash nobody has asked who it is, which is how it begins to obey.
              if (!known) await scpi.open();
              await scpi.command(...safe);
            },
          }),
          async close(kept) {
            if (safe && !kept.includes("output")) await scpi.command(...safe);
            for (const text of instrument.onClose) await line.send(text);
          },
        };
      },
    };
  },
);

function propertyOf(spec: PropertySpec, name: string) {
  const { title = name, description, set, type, drives, observable, maxAgeMs, pollMs } = spec;
  return {
    title,
    ...(description !== undefined && { description }),
    schema: set === undefined || type === "block" ? readingSchemaOf(spec) : schemaOf({ ...spec, type }),
    readOnly: set === undefined,
    observable,
    ...(drives && { drives: "output" }),
    ...(maxAgeMs !== undefined && { maxAgeMs }),
    ...(pollMs !== undefined && { pollMs }),
  };
}

function actionOf(spec: ActionSpec, name: string) {
  const { title = name, description, input, query, output, timeoutMs } = spec;
  const fields = Object.fromEntries(Object.entries(input).map(([field, value]) => [field, schemaOf(value)]));
  return {
    title,
    ...(description !== undefined && { description }),
    ...(Object.keys(fields).length > 0 && { input: Type.Object(fields) }),
    ...(query !== undefined && { output: Type.Object({ value: readingSchemaOf(output) }) }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}

function agree(shown: unknown, told: unknown, tolerance: number | undefined): boolean {
  if (typeof shown !== "number" || typeof told !== "number") return shown === told;
  return Math.abs(shown - told) <= (tolerance ?? Math.abs(told) * exactness);
}
