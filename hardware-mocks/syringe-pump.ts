import { type Answer, defineTwin, fault, type Rule, simulateSerial, Type } from "benchd/testing";
import { type Memory, Motor, type RateUnit, rateUnits, type VolumeUnit } from "./syringe-pump/motor.ts";
import { damaged, opened, packed, takePacket } from "./syringe-pump/packet.ts";
import { SafeMode } from "./syringe-pump/safe-mode.ts";
import { labWorld } from "./world.ts";

/**
 * New Era NE-1000, Basic and Safe mode, after the user manual for firmware 3.9: chapter 10.2 (protocol), 10.3
 * (responses, alarms) and 10.4 (commands). Not checked against a real pump. Assumed: an alarm stands in for the answer
 * of a command, which is then not done; a stall ends the program; power loss clears the counts; a busy pump answers ?NA
 * to all but questions; SAF is answered in the mode it leads to, and takes at most 99 s.
 */
export default defineTwin(({ name, clock, config, share }) => {
  const address = numberOr(config["address"], 0);
  const clamped = numberOr(config["diameter"], 26.59);
  const world = share(labWorld);
  const path = world.path(name, numberOr(config["syringeVolume"], 60));
  const memory: Memory = {
    diameter: 26.59,
    rate: 5,
    rateUnit: "MM",
    volume: 0,
    volumeUnit: "ML",
    direction: "INF",
    resumes: true,
    safe: 0,
  };
  const own = String(address).padStart(2, "0");
  const motor: Motor = new Motor(clock, path, clamped, memory, {
    alarmed: () => safeMode.tell(),
    driven: () => safeMode.watch(),
  });
  const safeMode = new SafeMode(clock, motor, () => serial.say(`${own}A?${motor.alarm}`));

  const status = (data = "") => `${own}${motor.prompt}${data}`;

  /** Whatever is a valid command reports an alarm first, and by that acknowledges it. */
  const command =
    (answer: Answer): Answer =>
    (...groups) => {
      motor.catchUp();
      const alarm = motor.alarm;
      motor.alarm = undefined;
      if (alarm) return `${own}A?${alarm}`;
      const data = answer(...groups);
      return status(data);
    };
  const whenStopped = (answer: Answer): Answer =>
    command((...groups) => (motor.prompt === "S" ? answer(...groups) : "?NA"));
  /** A setting: the number must keep to the grammar and, after that, to the range. */
  const number = (text: string, inRange: (value: number) => boolean, set: (value: number) => void) => {
    const value = parse(text);
    if (value === undefined || !inRange(value)) return "?OOR";
    set(value);
    return "";
  };
  const setDiameter = (value: number) => {
    memory.diameter = value;
    memory.volumeUnit = value > 14 ? "ML" : "UL";
    motor.clear();
  };
  const setRate = (text: string, unit: RateUnit) =>
    number(
      text,
      (rate) => rate > 0 && rate * rateUnits[unit] <= motor.maxRate,
      (rate) => {
        Object.assign(memory, { rate, rateUnit: unit });
        motor.adjust();
      },
    );

  const rules: readonly Rule[] = [
    [/^$/, command(() => "")],
    [/VER/, command(() => "NE1000V3.923")],
    [/DIA/, command(() => show(memory.diameter))],
    [/DIA([\d.]+)/, whenStopped((text = "") => number(text, (mm) => mm >= 0.1 && mm <= 50, setDiameter))],
    [/RAT/, command(() => show(memory.rate) + memory.rateUnit)],
    [/RAT([\d.]+)/, command((text = "") => setRate(text, memory.rateUnit))],
    // The unit cannot be changed while it pumps.
    [
      /RAT([\d.]+)(UM|MM|UH|MH)/,
      command((text = "", unit) => (motor.running ? "?NA" : setRate(text, unit as RateUnit))),
    ],
    [/VOL/, command(() => show(memory.volume) + memory.volumeUnit)],
    [
      /VOL([\d.]+)/,
      whenStopped((text = "") =>
        number(
          text,
          () => true,
          (volume) => Object.assign(memory, { volume }),
        ),
      ),
    ],
    [/VOL(UL|ML)/, whenStopped((unit) => void Object.assign(memory, { volumeUnit: unit as VolumeUnit }))],
    [/DIR/, command(() => memory.direction)],
    [/DIR(INF|WDR)/, whenStopped((direction) => void Object.assign(memory, { direction }))],
    [/DIS/, command(() => counts())],
    [
      /CLD(INF|WDR)/,
      whenStopped((which) => void Object.assign(motor, which === "INF" ? { infused: 0 } : { withdrawn: 0 })),
    ],
    [/RUN1?/, command(() => (motor.running ? "?NA" : motor.run()) ?? "")],
    [/PUR/, whenStopped(() => motor.purge() ?? "")],
    [/STP/, command(() => (motor.prompt === "S" ? "?NA" : motor.stop()) ?? "")],
    [/FUN/, command(() => "RAT")],
    [/FUNRAT/, whenStopped(() => "")],
    [/PHN/, command(() => "1")],
    [/PHN1/, whenStopped(() => "")],
    [/SAF/, command(() => String(memory.safe))],
    [/SAF(\d{1,2})/, command((seconds) => void safeMode.set(Number(seconds)))],
    [/SAF\d+/, command(() => "?OOR")],
    [damaged, () => status("?COM")],
    [/PF/, command(() => (memory.resumes ? "1" : "0"))],
    [/PF([01])/, command((on) => void Object.assign(memory, { resumes: on === "1" }))],
    [/.*/, () => status("?")],
  ];
  const counts = () => {
    const unit = memory.volumeUnit === "ML" ? 1 : 1000;
    return `I${show(motor.infused * unit)}W${show(motor.withdrawn * unit)}${memory.volumeUnit}`;
  };

  const serial = simulateSerial({
    clock,
    baudRate: 19200,
    commandEnd: (input) => (safeMode.on ? takePacket(input) : takeLine(input)),
    patienceMs: () => (safeMode.on ? 500 : Number.POSITIVE_INFINITY),
    frame: (reply) => (safeMode.on ? packed(reply) : `\x02${reply}\x03`),
    prepare(raw) {
      const data = safeMode.on ? opened(raw) : raw.replace(/[^!-~]/g, "").toUpperCase();
      const [, to = "", text] = (data !== undefined && /^(\d{0,2})(.*)$/.exec(data)) || [];
      if (text === undefined || Number(to) !== address) return undefined;
      // Assumed: what is for another pump does not count.
      if (!damaged.test(text)) safeMode.heard();
      return text;
    },
    rules,
    refuse: (command) => (/\d|^(RUN|STP|PUR)$/.test(command) ? status("?NA") : undefined),
    stranger: [[/VER/, () => "00SNE500V3.923"]],
    poweredDown: () => {
      safeMode.powerDown();
      motor.powerDown();
    },
    poweredUp: () => motor.powerUp(),
  });

  const enter = (settings: Partial<Memory>) => {
    motor.catchUp();
    motor.alarm = undefined;
    Object.assign(memory, settings);
    motor.adjust();
  };
  /** Any key also acknowledges an alarm. */
  const pressStartStop = () => {
    motor.catchUp();
    motor.alarm = undefined;
    if (motor.running) motor.stop();
    else motor.run();
  };
  const pressStop = () => {
    motor.catchUp();
    motor.alarm = undefined;
    motor.stop();
  };
  const obstruct = (obstacle: Parameters<typeof path.obstruct>[1]) => {
    path.obstruct(clock.now(), obstacle);
    safeMode.watch();
  };

  return {
    ...serial,
    close: () => safeMode.powerDown(),
    keys: {
      start_stop: pressStartStop,
      stop: pressStop,
      /** Another rate is set at the keypad, twice as fast. */
      rate: () => enter({ rate: memory.rate * 2 }),
    },
    faults: {
      obstructed: fault({
        title: "The liquid does not reach the pan: the tube is blocked or empty, or ends beside it",
        input: Type.Object({ how: Type.Enum(["blocked", "empty", "beside the pan"]) }),
        apply({ how }) {
          obstruct(how);
          return { end: () => obstruct("none") };
        },
      }),
      other_syringe: fault({
        title: "The syringe has another diameter than the configuration says",
        input: Type.Object({ diameter: Type.Number({ minimum: 0.1, maximum: 50, unit: "mm" }) }),
        apply({ diameter }) {
          motor.clamp(diameter);
          return { end: () => motor.clamp(clamped) };
        },
      }),
    },
    world,
    /** Syringe, tube and outlet. */
    path,
    /** What the display shows. */
    get state() {
      motor.catchUp();
      return {
        ...memory,
        prompt: motor.prompt,
        alarm: motor.alarm,
        infused: motor.infused,
        withdrawn: motor.withdrawn,
      };
    },
    /** Someone presses Start/Stop. */
    pressStartStop,
    /** Someone presses Stop: once pauses, twice ends the program. */
    pressStop,
    /** Someone sets something at the keypad. */
    enter,
    /** Clamp in another syringe; mm inside. */
    clamp: (diameter: number) => motor.clamp(diameter),
    /** Block the tube, empty it, or move its end beside the pan. */
    obstruct,
  };
});

const takeLine = (input: string) => {
  const end = input.indexOf("\r");
  return end < 0 ? undefined : { command: input.slice(0, end), rest: input.slice(end + 1) };
};

const numberOr = (value: unknown, otherwise: number) => (typeof value === "number" ? value : otherwise);

/** At most four digits, three of them after the point. */
function parse(text: string): number | undefined {
  const [, whole = "", fraction = ""] = /^(\d*)\.?(\d*)$/.exec(text) ?? [];
  const digits = whole.length + fraction.length;
  return digits > 0 && digits <= 4 && fraction.length <= 3 && !/\..*\./.test(text) ? Number(text) : undefined;
}

/** Four digits, of which three at most after the point; what is beyond is cut off. */
function show(value: number): string {
  const places = value < 10 ? 3 : value < 100 ? 2 : value < 1000 ? 1 : 0;
  const cut = Math.floor(value * 10 ** places + 1e-6) / 10 ** places;
  return places ? cut.toFixed(places) : `${cut}.`;
}
