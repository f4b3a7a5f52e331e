import { didYouMean } from "../did-you-mean.ts";
import { BenchdError } from "../errors.ts";
import { helpOf, overview } from "./help/overview.ts";
import type { Command, Shell } from "./shell.ts";
import { status, statusOf } from "./status.ts";
import { UsageError } from "./usage.ts";
import { version } from "./version.ts";
import { visible } from "./visible.ts";

/** Each is loaded when it is asked for: the one that makes outputs safe after a crash does not wait for all the others. */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  things: async () => (await import("./thing/things.ts")).things,
  describe: async () => (await import("./thing/describe.ts")).describe,
  get: async () => (await import("./thing/get.ts")).get,
  set: async () => (await import("./thing/set.ts")).set,
  watch: async () => (await import("./thing/watch.ts")).watch,
  invoke: async () => (await import("./invocation/invoke.ts")).invoke,
  invocations: async () => (await import("./invocation/invocations.ts")).invocations,
  cancel: async () => (await import("./invocation/cancel.ts")).cancel,
  estop: async () => (await import("./estop.ts")).estop,
  export: async () => (await import("./export/export.ts")).exportHistory,
  serve: async () => (await import("./serve.ts")).serve,
  check: async () => (await import("./check.ts")).check,
  doctor: async () => (await import("./doctor.ts")).doctor,
  add: async () => (await import("./add.ts")).add,
  ports: async () => (await import("./ports.ts")).ports,
  "emergency-stop": async () => (await import("./emergency-stop.ts")).emergencyStop,
  procedure: async () => (await import("./procedure.ts")).procedure,
  config: async () => (await import("./config.ts")).config,
  reload: async () => (await import("./reload.ts")).reload,
  interlock: async () => (await import("./interlock.ts")).interlock,
  prompts: async () => (await import("./prompts.ts")).prompts,
  alarms: async () => (await import("./alarms.ts")).alarms,
  lease: async () => (await import("./lease.ts")).lease,
  token: async () => (await import("./token.ts")).token,
  run: async () => (await import("./run-procedure.ts")).runProcedure,
  simulate: async () => (await import("./simulate.ts")).simulate,
  types: async () => (await import("./types.ts")).types,
  transcript: async () => (await import("./transcript.ts")).transcript,
  safe: async () => (await import("./safe.ts")).safe,
  tls: async () => (await import("./tls.ts")).tls,
  record: async () => (await import("./experiment/record.ts")).record,
  runs: async () => (await import("./experiment/runs.ts")).runs,
  schedules: async () => (await import("./experiment/schedules.ts")).schedules,
  calibrations: async () => (await import("./experiment/calibrations.ts")).calibrations,
  backup: async () => (await import("./backup.ts")).backup,
  "new-driver": async () => (await import("./new-driver.ts")).newDriver,
  completion: async () => (await import("./completion.ts")).completionOf(commands),
  "install-service": async () => (await import("./install-service.ts")).installService,
};

/** Do what the command line says; resolves with the exit status. */
export async function run(argv: readonly string[], shell: Shell): Promise<number> {
  const [name = "--help", ...args] = argv;
  const wantsHelp = ["--help", "-h", "help"].includes(name);
  if (name === "--version" || name === "-v") {
    shell.print(await version());
    return status.ok;
  }
  const asked = wantsHelp ? args[0] : name;
  const command = asked !== undefined && Object.hasOwn(commands, asked) ? await commands[asked]?.() : undefined;
  if (asked === undefined) {
    shell.print(overview(Object.keys(commands)));
    return argv.length === 0 ? status.usage : status.ok;
  }
  if (!command) {
    shell.tell(visible(`benchd: there is no command "${asked}"${didYouMean(asked, Object.keys(commands))}`));
    shell.tell("Try: benchd --help");
    return status.usage;
  }
  try {
    const ours = args.includes("--") ? args.slice(0, args.indexOf("--")) : args;
    if (wantsHelp || ours.includes("--help") || ours.includes("-h")) {
      const lines = await command.helpFor?.(wantsHelp ? args.slice(1) : args, shell);
      shell.print(lines ? lines.join("\n") : helpOf(asked, command));
      return status.ok;
    }
    return await command.run(args, shell);
  } catch (error) {
    return explain(error, command, shell);
  }
}

/** Errors of ours say what to do, so their message is enough; anything else is a fault of the program. */
function explain(error: unknown, command: Command, shell: Shell): number {
  const text = error instanceof BenchdError ? error.message : error instanceof Error ? error.stack : String(error);
  shell.tell(visible(`benchd: ${text}`));
  if (error instanceof UsageError) shell.tell(`Usage: ${command.usage}`);
  return statusOf(error);
}
