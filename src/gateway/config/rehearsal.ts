import { newAbort, runAs, type Work } from "../../context.ts";
import { DiscreteClock, settled } from "../../discrete-clock.ts";
import { InputError } from "../../errors.ts";
import type { AnyThing } from "../../thing/define.ts";
import type { LineSettings } from "../../transport/byte-stream.ts";
import type { InputPin, OutputPin } from "../../transport/gpio.ts";

/** What a driver asks for when it is opened with a certain configuration. */
export interface Rehearsal {
  /** The settings of the serial port it opens. */
  readonly line: LineSettings | undefined;
  readonly pins: ReadonlySet<string>;
  /** It got as far as being open, so what it has not asked for it does not need. */
  readonly complete: boolean;
  /** By which it refuses a configuration that its schema lets pass, before it asks for anything it waits for. */
  readonly refusal: InputError | undefined;
}

/** No driver of ours waits for anything but its device when it opens; simulated ms. */
const patienceMs = 1000;
/** Nor does it wait that often. */
const maxWaits = 1000;

/**
 * Open a driver on nothing at all, to learn which wires it wants: nobody else knows. It gets pins that do nothing, a
 * port that never opens, and a time of its own that takes none: a second of it is over at once, and when nothing is left
 * to wait for, nothing will ever happen. For benchd's own drivers only: theirs is nothing but `benchd/driver`, where a
 * foreign one may reach for its device by itself.
 */
export async function rehearse(definition: AnyThing, config: unknown): Promise<Rehearsal> {
  const clock = new DiscreteClock();
  const pins = new Set<string>();
  let line: LineSettings | undefined;
  let complete: boolean | undefined;
  let refusal: InputError | undefined;
  const pin = async (name: string) => {
    pins.add(name);
    return { read: () => false, write() {}, edges: nothing, waitFor: never, release() {} } satisfies InputPin &
      OutputPin;
  };
  const open = (settings: LineSettings) => {
    line ??= settings;
    return never();
  };
  const slots = Object.entries<AnyThing>(definition.uses ?? {}).map(([slot, used]) => [slot, handle(used)]);
  const things = Object.fromEntries(slots);
  const opening = runAs(workOn(clock, definition.title), async () =>
    definition.open({
      config,
      things,
      serial: { open },
      gpio: { input: pin, output: pin },
      output: () => ({ set() {} }),
      spawn() {},
      emit() {},
      changed() {},
      calibration: () => undefined,
      emergencyStop() {},
    }),
  );
  opening.then(
    () => {
      complete = true;
    },
    (error: unknown) => {
      complete = false;
      if (error instanceof InputError) refusal = error;
    },
  );
  await settled();
  for (let waits = 0; complete === undefined && waits < maxWaits; waits++) {
    const due = clock.nextDue();
    if (due === undefined || due > patienceMs) break;
    await clock.step();
  }
  return { line, pins, complete: complete ?? false, refusal };
}

function workOn(clock: DiscreteClock, thing: string): Work {
  const { signal } = newAbort();
  return { kind: "open", thing, clock, signal, fence: signal, log() {} };
}

const never = () => new Promise<never>(() => {});

async function* nothing() {}

/** Another Thing as `open` would get it, which never answers. */
function handle({ properties = {}, actions = {} }: AnyThing) {
  const all = (names: object) => Object.fromEntries(Object.keys(names).map((name) => [name, never]));
  return { read: all(properties), write: all(properties), invoke: all(actions) };
}
