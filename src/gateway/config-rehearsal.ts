import { realClock } from "../clock.ts";
import type { AnyThing } from "../thing/define.ts";
import type { LineSettings } from "../transport/byte-stream.ts";
import type { InputPin, OutputPin } from "../transport/gpio.ts";

/** What a driver asks for when it is opened with a certain configuration. */
export interface Rehearsal {
  /** The settings of the serial port it opens. */
  readonly line: LineSettings | undefined;
  readonly pins: ReadonlySet<string>;
  /** It got as far as being open, so what it has not asked for it does not need. */
  readonly complete: boolean;
}

/** No driver of ours waits for anything but its device when it opens. */
const patienceMs = 1000;

/**
 * Open a driver on nothing at all, to learn which wires it wants: nobody else knows. It gets pins that do nothing and a
 * port that never opens. For benchd's own drivers only: theirs is nothing but `benchd/driver`, where a foreign one may
 * reach for its device by itself.
 */
export async function rehearse(definition: AnyThing, config: unknown): Promise<Rehearsal> {
  const pins = new Set<string>();
  let line: LineSettings | undefined;
  let stuck = () => {};
  const halted = new Promise<false>((resolve) => {
    stuck = () => resolve(false);
  });
  const halt = () => {
    stuck();
    return new Promise<never>(() => {});
  };
  const pin = async (name: string) => {
    pins.add(name);
    return { read: () => false, write() {}, edges: nothing, waitFor: halt, release() {} } satisfies InputPin &
      OutputPin;
  };
  const open = (settings: LineSettings) => {
    line ??= settings;
    return halt();
  };
  const slots = Object.entries<AnyThing>(definition.uses ?? {}).map(([slot, used]) => [slot, handle(used, halt)]);
  const things = Object.fromEntries(slots);
  const opened = (async () => {
    await definition.open({
      config,
      things,
      serial: { open },
      gpio: { input: pin, output: pin },
      spawn() {},
      emit() {},
      emergencyStop() {},
    });
    return true;
  })().catch(() => false);
  const timer = realClock.after(patienceMs, () => stuck());
  const complete = await Promise.race([opened, halted]);
  timer.cancel();
  return { line, pins, complete };
}

async function* nothing() {}

/** Another Thing as `open` would get it, which never answers. */
function handle({ properties = {}, actions = {} }: AnyThing, halt: () => Promise<never>) {
  const all = (names: object) => Object.fromEntries(Object.keys(names).map((name) => [name, halt]));
  return { read: all(properties), write: all(properties), invoke: all(actions) };
}
