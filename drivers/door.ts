import { defineThing, Type } from "benchd/driver";

/**
 * A door with a normally closed contact: with the door shut the contact is closed, so that a broken wire reads as open.
 * The pin `switch` says in the configuration how it is wired, such as `activeLow: true, pull: up, debounceMs: 20`;
 * contacts bounce for 5 to 20 ms. It drives nothing.
 */
export default defineThing({
  title: "Door",
  description: "A door with a contact that tells whether it is closed",
  config: Type.Object({}),
  properties: {
    closed: {
      title: "The door is closed",
      schema: Type.Boolean(),
      readOnly: true,
      observable: true,
      maxAgeMs: 0,
    },
  },
  events: {
    opened: { title: "The door was opened", data: Type.Null() },
    closed: { title: "The door was closed", data: Type.Null() },
  },

  async open({ gpio, changed, emit, spawn }) {
    const contact = await gpio.input("switch");

    spawn(async () => {
      for await (const { rising } of contact.edges()) {
        changed("closed", rising);
        emit(rising ? "closed" : "opened", null);
      }
    });

    return { read: { closed: () => contact.read() } };
  },
});
