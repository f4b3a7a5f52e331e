/** What may stand in a place of a command line: names that a gateway knows, or something that it cannot know. */
export type Word =
  | "thing"
  | "property"
  | "property…"
  | "action"
  | "thing.property…"
  | "prompt"
  | "invocation"
  | "recording"
  | "run"
  | "schedule"
  | "interlock"
  | "procedure"
  /** A file, a number, a name of one's own. */
  | "own";

/** A command as it is told of in one line, tried at once, and completed. */
export interface Told {
  /** In one line of a terminal of 80 columns, behind its name. */
  readonly brief: string;
  readonly example: string;
  /** What follows the command, or each of its subcommands. */
  readonly words?: readonly Word[] | Readonly<Record<string, readonly Word[]>>;
}

/** The commands by what people want, in the order in which they are shown. */
export const told: Readonly<Record<string, Readonly<Record<string, Told>>>> = {
  "Work the bench": {
    things: { brief: "the Things of a bench: how each is, and what it does", example: "benchd things" },
    describe: {
      brief: "what a Thing has: properties, actions and their inputs",
      example: "benchd describe pump",
      words: ["thing"],
    },
    get: {
      brief: "read properties of a Thing",
      example: "benchd get balance weight",
      words: ["thing", "property…"],
    },
    set: {
      brief: "write a property of a Thing",
      example: "benchd set heater setpoint 37",
      words: ["thing", "property", "own"],
    },
    watch: {
      brief: "show properties, events and what runs, as it happens",
      example: "benchd watch balance",
      words: ["thing", "property…"],
    },
    invoke: {
      brief: "run an action, with progress; Ctrl+C cancels it",
      example: "benchd invoke pump dispense --volume 5",
      words: ["thing", "action"],
    },
    invocations: {
      brief: "what was done, and what is being done",
      example: "benchd invocations --thing pump",
      words: ["invocation"],
    },
    cancel: { brief: "cancel what runs", example: "benchd cancel 3b0a8c3e", words: ["invocation"] },
    prompts: {
      brief: "what actions ask whoever stands at the bench; answer it",
      example: "benchd prompts answer 3b0a8c3e 7.02",
      words: { list: [], answer: ["prompt", "own"] },
    },
    lease: {
      brief: "have a Thing for yourself for a time",
      example: "benchd lease take pump --seconds 3600 --note 'titration until noon'",
      words: { list: [], take: ["thing"], renew: ["thing"], release: ["thing"], break: ["thing"] },
    },
    estop: { brief: "press the emergency stop; a software stop", example: "benchd estop", words: { clear: [] } },
    "emergency-stop": {
      brief: "press the emergency stop, or clear it; a software stop",
      example: "benchd emergency-stop --clear --reason 'looked at the heater, it is off'",
    },
    interlock: {
      brief: "how the interlocks are; reset one that has tripped",
      example: "benchd interlock reset door",
      words: { list: [], reset: ["interlock"] },
    },
  },
  Experiments: {
    run: {
      brief: "run a procedure, and answer its questions",
      example: "benchd run titration.yaml --set volume=5",
      words: ["own"],
    },
    runs: {
      brief: "the runs of procedures; pause, resume, cancel one",
      example: "benchd runs pause 3b0a8c3e",
      words: { list: [], show: ["run"], pause: ["run"], resume: ["run"], cancel: ["run"] },
    },
    procedure: {
      brief: "check a procedure; store, list and show them",
      example: "benchd procedure check titration.yaml --config bench.yaml",
      words: { check: ["own"], store: ["own"], list: [], show: ["procedure"] },
    },
    record: {
      brief: "record properties into a CSV file until Ctrl+C",
      example: "benchd record ph.ph balance.weight --every 2s --for 8h --name night",
      words: { list: [], stop: ["recording"], save: ["recording"], remove: ["recording"], "": ["thing.property…"] },
    },
    schedules: {
      brief: "what begins by itself, and when; pause it",
      example: "benchd schedules pause nightly",
      words: { list: [], pause: ["schedule"], resume: ["schedule"] },
    },
    calibrations: {
      brief: "what the calibrations are worth, and until when",
      example: "benchd calibrations ph",
      words: ["thing"],
    },
    export: {
      brief: "the history as a file",
      example: "benchd export --out history.csv",
      words: { recording: ["recording"] },
    },
  },
  "Look after the gateway": {
    config: { brief: "the configuration as it holds, and who says so", example: "benchd config" },
    reload: {
      brief: "take up a changed configuration, while everything goes on",
      example: "benchd reload --wait 60",
    },
    serve: {
      brief: "open the Things of a configuration, and serve them",
      example: "benchd serve --mock --config bench.yaml",
    },
    check: { brief: "tell every mistake in a configuration", example: "benchd check bench.yaml", words: ["own"] },
    add: { brief: "walk through adding a device", example: "benchd add --config bench.yaml" },
    ports: { brief: "serial ports and GPIO chips, and who has them", example: "sudo benchd ports" },
    doctor: {
      brief: "what is wrong with this machine, and what to do",
      example: "sudo -u benchd benchd doctor --bundle report.json",
    },
    alarms: {
      brief: "which alarms are raised; send a test message",
      example: "benchd alarms test chat",
      words: { list: [], test: ["own"] },
    },
    token: {
      brief: "make, list and revoke tokens, one for each person",
      example: "sudo benchd token create --name anna --scope operate --expires 90d",
      words: { create: [], list: [], revoke: ["own"] },
    },
    tls: {
      brief: "make a certificate for HTTPS",
      example: "benchd tls self-signed --out .",
      words: { "self-signed": [] },
    },
    backup: {
      brief: "copy all that a gateway keeps, while it runs",
      example: "sudo benchd backup /mnt/usb/bench-$(date +%F)",
      words: ["own"],
    },
    safe: { brief: "bring every output to its safe value after a crash", example: "sudo -u benchd benchd safe" },
    "install-service": { brief: "let systemd run it, in a sandbox", example: "sudo benchd install-service --dry-run" },
    completion: {
      brief: "what a shell needs to complete all of this",
      example: "benchd completion bash >> ~/.bashrc",
      words: { bash: [], zsh: [], fish: [] },
    },
  },
  "Write drivers": {
    "new-driver": {
      brief: "a driver, its simulated device and tests that pass",
      example: "mkdir my-driver && cd my-driver && benchd new-driver ph-meter",
      words: ["own"],
    },
    simulate: {
      brief: "a simulated device on a pseudo-terminal",
      example: "benchd simulate balance --pty",
      words: ["own"],
    },
    transcript: {
      brief: "what went over the wires, for tests to replay",
      example: "benchd transcript 3b0a8c3e-0d53-4a0e-b1a8-0b7a3f0f7c55 --out stir.json",
      words: ["invocation"],
    },
    types: { brief: "TypeScript types of a bench, for programs", example: "benchd types --out bench.ts" },
  },
};

/** What is told of a command; undefined when nothing is. */
export function toldOf(name: string): Told | undefined {
  for (const group of Object.values(told)) if (Object.hasOwn(group, name)) return group[name];
  return undefined;
}
