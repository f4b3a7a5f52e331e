import { DeviceFaultError, defineThing, sleep, Type } from "benchd/driver";

const Switched = Type.Boolean();
/** A relay has moved, and its contact has stopped bouncing, after this time; ms. */
const travelMs = 50;

const names = ["pump_power", "vent", "lamp"] as const;
type Name = (typeof names)[number];

/**
 * A board of relays on GPIO pins of the same names; polarity is a matter of the configuration, many boards are active
 * low. Safe are the pumps without power, the vent open and the lamp off. Where a second contact of a relay is wired back
 * to a pin, `pump_power_contact` and so on, list the relay in `sensed`: a contact that does not follow is welded or
 * stuck, and the write fails.
 */
export default defineThing({
  title: "Relays",
  description: "A board of relays on GPIO pins",
  config: Type.Object({
    sensed: Type.Array(Type.Enum([...names]), { default: [], description: "Relays with a contact wired back" }),
  }),
  outputs: {
    pump_power: { safe: false },
    vent: { safe: true, order: 1 },
    lamp: { safe: false, emergency: "keep", onLeaseLoss: "hold" },
  },
  properties: {
    pump_power: { title: "Power of the pumps", schema: Switched, drives: "pump_power", observable: true, maxAgeMs: 0 },
    vent: { title: "The vent is open", schema: Switched, drives: "vent", observable: true, maxAgeMs: 0 },
    lamp: { title: "Lamp", schema: Switched, drives: "lamp", concurrent: true, observable: true, maxAgeMs: 0 },
  },

  async open({ config, gpio }) {
    const relay = async (name: Name) => {
      const coil = await gpio.output(name);
      const contact = config.sensed.includes(name) ? await gpio.input(`${name}_contact`) : undefined;
      return {
        read: () => contact?.read() ?? coil.read(),
        async write(on: boolean) {
          coil.write(on);
          if (!contact) return;
          await sleep(travelMs);
          if (contact.read() !== on)
            throw new DeviceFaultError(
              `${name} was switched ${on ? "on" : "off"}, but its contact is ${on ? "open" : "closed"}: a relay is welded or stuck`,
            );
        },
      };
    };
    const pumpPower = await relay("pump_power");
    const vent = await relay("vent");
    const lamp = await relay("lamp");

    return {
      read: { pump_power: pumpPower.read, vent: vent.read, lamp: lamp.read },
      write: { pump_power: pumpPower.write, vent: vent.write, lamp: lamp.write },
    };
  },
});
