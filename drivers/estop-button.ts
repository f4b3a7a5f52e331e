import { defineThing, Type } from "benchd/driver";

/**
 * An emergency stop button on a GPIO pin: a second, normally closed contact of a mushroom button that cuts the power by
 * itself. Whenever the contact opens, and when it is found open at the start, the gateway's emergency stop is tripped; a
 * broken wire counts as pressed, and so does a pin that is lost. Releasing the button clears nothing, and while it is pressed nobody can clear the stop.
 * The pin `contact` says in the configuration how it is wired, such as `activeLow: true, pull: up, debounceMs: 10`. It
 * drives nothing.
 */
export default defineThing({
  title: "Emergency stop button",
  description: "A contact of a mushroom button: when it opens, the emergency stop is tripped",
  config: Type.Object({}),
  properties: {
    pressed: {
      title: "The button is pressed, or its wire is broken",
      schema: Type.Boolean(),
      readOnly: true,
      observable: true,
      maxAgeMs: 0,
    },
  },
  events: {
    pressed: { title: "The button was pressed", data: Type.Null() },
    released: { title: "The button was released; the stop stays latched", data: Type.Null() },
  },

  async open({ gpio, changed, emit, spawn, emergencyStop }) {
    const contact = await gpio.input("contact");
    const pressed = () => !contact.read();
    const trip = () => emergencyStop("the button is pressed, or its wire is broken", pressed);

    let closing = false;
    const edges = contact.edges();
    if (pressed()) trip();
    spawn(async () => {
      for await (const { rising } of edges) {
        if (!rising) trip();
        changed("pressed", !rising);
        emit(rising ? "released" : "pressed", null);
      }
      if (!closing) emergencyStop("its contact can no longer be read");
    });

    return {
      read: { pressed },
      close() {
        closing = true;
      },
    };
  },
});
