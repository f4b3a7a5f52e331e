import { DeviceFaultError, defineThing, Type } from "benchd/driver";

/** What the slot `probe` takes: any Thing that tells a temperature in degrees Celsius. Itself it is no driver. */
export default defineThing({
  title: "Temperature probe",
  config: Type.Object({}),
  properties: { temperature: { title: "Temperature", schema: Type.Number({ unit: "Cel" }), readOnly: true } },
  open: async () => ({
    read: {
      temperature() {
        throw new DeviceFaultError("this only says what the slot takes: name a Thing with a driver");
      },
    },
  }),
});
