import { defineTwin, fault, simulateSerial, Type } from "benchd/testing";

const bootMs = 2000;
/** °C. */
const room = 21;

/**
 * An HS 7 heated stirrer, after its manual, chapter 5. Not checked against a real one. Assumed: the bar has its speed,
 * and the plate its temperature, at once.
 */
export default defineTwin(({ clock }) => {
  const state = { speed: 0, heatTo: 0, booting: false, alarm: false, loose: false };

  const off = () => {
    Object.assign(state, { speed: 0, heatTo: 0 });
    return "OK";
  };
  const trip = () => {
    off();
    state.alarm = true;
  };
  /** Whatever is asked of it, it answers the alarm first. */
  const unlessAlarm =
    (answer: (value: string) => string) =>
    (value = "") =>
      state.alarm ? "ALARM 1" : answer(value);
  const set = (what: "speed" | "heatTo", least: number, most: number) => (value: string) => {
    if (!(Number(value) >= least && Number(value) <= most)) return "ERR 2";
    state[what] = Number(value);
    return "OK";
  };

  const serial = simulateSerial({
    clock,
    baudRate: 9600,
    commandEnd: "\r\n",
    frame: (reply) => `${reply}\r\n`,
    prepare: (command) => (state.booting ? undefined : command),
    replyMs: 20,
    rules: [
      [/NAME\?/, () => "HS7 30417 2.1"],
      [/STOP/, off],
      [/SPEED\?/, unlessAlarm(() => String(state.loose ? 0 : state.speed))],
      [/TEMP\?/, unlessAlarm(() => Math.max(room, state.heatTo).toFixed(1))],
      [/STIR (0)/, unlessAlarm(set("speed", 0, 0))],
      [/STIR (\d+)/, unlessAlarm(set("speed", 50, 1500))],
      [/HEAT (\d+)/, unlessAlarm(set("heatTo", 30, 300))],
      [/HEAT OFF/, unlessAlarm(() => set("heatTo", 0, 0)("0"))],
      [/.*/, () => "ERR 1"],
    ],
    refuse: (command) => (command === "STOP" || command.endsWith("?") ? undefined : "ERR 3"),
    stranger: [[/NAME\?/, () => "HS7 99999 2.1"]],
    poweredDown: off,
    poweredUp() {
      Object.assign(state, { booting: true, alarm: false });
      clock.after(bootMs, () => {
        state.booting = false;
        serial.say("HS7 READY");
      });
    },
  });
  const catchAgain = () => {
    state.loose = false;
  };
  const comeLoose = () => {
    state.loose = true;
    return { end: catchAgain };
  };

  return {
    ...serial,
    faults: {
      too_hot: fault({
        title: "The plate is too hot: it switches itself off",
        input: Type.Object({}),
        apply: () => void trip(),
      }),
      bar_loose: fault({ title: "The bar has come loose", input: Type.Object({}), apply: comeLoose }),
    },
    trip,
    comeLoose,
    /** What it does at the moment; 1/min and °C. */
    state,
    /** Whether motor and heater are off. */
    get isOff() {
      return state.speed === 0 && state.heatTo === 0;
    },
  };
});
