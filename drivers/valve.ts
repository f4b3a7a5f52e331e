import { DeviceFaultError, defineThing, InputError, log, now, report, shield, sleep, Type } from "benchd/driver";

const Seconds = Type.Number({ exclusiveMinimum: 0, maximum: 86_400, unit: "s" });
/** How often a long opening tells how far it is; ms. */
const reportMs = 1000;

/**
 * A solenoid or pinch valve on the GPIO pin `valve`, which has to switch it through a relay or a transistor. Safe is the
 * coil without current: a normally closed valve is then shut, a normally open one open. Where contacts tell its position,
 * list them in `sensed` and wire them to `opened_contact` and `closed_contact`: a valve that does not follow is stuck,
 * and the action fails. After `maxEnergised` seconds the coil is let go of, whoever has switched it. Cancelling an action
 * closes the valve; `stop` lets go of the coil. Times in s, by the bench's clock. Not tested on hardware.
 */
export default defineThing({
  title: "Valve",
  description: "A solenoid or pinch valve on a GPIO pin",
  config: Type.Object({
    normally: Type.Enum(["closed", "open"], { default: "closed", description: "What it is without current" }),
    maxEnergised: Type.Number({
      minimum: 0.1,
      maximum: 86_400,
      default: 600,
      unit: "s",
      description: "The longest time under current: the longest opening of a normally closed valve",
    }),
    travel: Type.Number({ minimum: 0.01, maximum: 60, default: 0.2, unit: "s", description: "It has moved by then" }),
    sensed: Type.Array(Type.Enum(["opened", "closed"]), { default: [], description: "Contacts that are wired" }),
  }),
  outputs: { valve: { safe: false } },
  properties: {
    opened: {
      title: "The valve is open",
      description: "By its contacts where there are some, else by what it was told",
      schema: Type.Boolean(),
      readOnly: true,
      observable: true,
      maxAgeMs: 0,
    },
  },
  actions: {
    open: { title: "Open it until it is closed", idempotent: true },
    close: { title: "Close it", idempotent: true },
    open_for: {
      title: "Open it for a time, then close it",
      input: Type.Object({ seconds: Seconds }),
      output: Type.Object({ seconds: Type.Number({ unit: "s" }) }),
    },
  },
  events: { let_go: { title: "It was under current for too long, and was let go of", data: Type.Null() } },

  async open({ config, gpio, spawn, emit }) {
    const { normally, sensed } = config;
    const limitMs = config.maxEnergised * 1000;
    const travelMs = config.travel * 1000;
    const coil = await gpio.output("valve");
    const openedContact = sensed.includes("opened") ? await gpio.input("opened_contact") : undefined;
    const closedContact = sensed.includes("closed") ? await gpio.input("closed_contact") : undefined;
    const openWhen = (energised: boolean) => energised === (normally === "closed");
    let since = 0;
    let watched = false;

    const opened = () => openedContact?.read() ?? (closedContact ? !closedContact.read() : openWhen(coil.read()));

    /** One watch at a time, however often it is switched. */
    async function watch(): Promise<void> {
      while (coil.read()) {
        const left = since + limitMs - now();
        if (left > 0) await sleep(left);
        else {
          coil.write(false);
          log.warning(`under current for ${config.maxEnergised} s: let go of`);
          emit("let_go", null);
        }
      }
      watched = false;
    }

    function drive(open: boolean): void {
      const energise = openWhen(true) === open;
      if (energise && !coil.read()) since = now();
      coil.write(energise);
      if (!energise || watched) return;
      watched = true;
      spawn(watch);
    }

    function assertIs(open: boolean): void {
      const stuck =
        (openedContact && openedContact.read() !== open) || (closedContact && closedContact.read() === open);
      if (stuck)
        throw new DeviceFaultError(
          `it was told to ${open ? "open" : "close"}, but its contacts do not say so after ${config.travel} s: it is stuck, or has no supply`,
        );
    }

    async function close(): Promise<void> {
      drive(false);
      if (sensed.length > 0) await sleep(travelMs);
      assertIs(false);
    }

    /** Do something with it open; whatever goes wrong, it is closed. */
    async function whileOpen(work: () => Promise<void>): Promise<void> {
      drive(true);
      try {
        await work();
      } catch (error) {
        drive(false);
        throw error;
      }
    }

    async function follow(upToMs = travelMs): Promise<void> {
      if (sensed.length === 0) return;
      await sleep(Math.min(travelMs, upToMs));
      if (upToMs >= travelMs) assertIs(true);
    }

    return {
      read: { opened },
      invoke: {
        open: () => whileOpen(follow),
        close,
        async open_for({ seconds }) {
          const ms = seconds * 1000;
          if (normally === "closed" && ms > limitMs)
            throw new InputError(`${seconds} s is longer than it may be under current, ${config.maxEnergised} s`);
          const began = now();
          await whileOpen(async () => {
            await follow(ms);
            for (let left = began + ms - now(); left > 0; left = began + ms - now()) {
              await sleep(Math.min(reportMs, left));
              report({ done: Math.round(now() - began) / 1000, of: seconds });
            }
          });
          drive(false);
          const tookMs = Math.round(now() - began);
          await shield(close);
          return { seconds: tookMs / 1000 };
        },
      },
      stop: () => coil.write(false),
    };
  },
});
