import { execFile } from "node:child_process";
import { isIP } from "node:net";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { Command, Shell } from "./shell.ts";
import { namesFor } from "./tls/names.ts";
import { makeSelfSigned, type SelfSigned } from "./tls/self-signed.ts";
import { writeFiles } from "./tls/write.ts";
import { readArguments, readNumber, UsageError } from "./usage.ts";
import { visible } from "./visible.ts";

/** As long as anybody takes one for: Apple's systems none that is valid for longer. */
const usualDays = 825;

/** What is asked of the system itself. */
interface System {
  isRoot(): boolean;
  /** Its numbers; undefined where there is no such user. */
  user(name: string): Promise<{ readonly uid: number; readonly gid: number } | undefined>;
}

const system: System = {
  isRoot: () => process.getuid?.() === 0,
  user: async (name) => {
    const id = async (what: string) => Number((await promisify(execFile)("id", [what, name])).stdout);
    return Promise.all([id("-u"), id("-g")]).then(
      ([uid, gid]) => ({ uid, gid }),
      () => undefined,
    );
  },
};

export const tls = tlsOn(system);

/** The command, on a system that a test may play. */
export function tlsOn({ isRoot, user }: System): Command {
  return {
    usage: "benchd tls self-signed [--name NAME …] [--out DIR] [--days N] [--force]",
    summary: "Make a certificate and its key for HTTPS, where nobody else gives you one.",
    help: [
      "--name NAME   a name or an address by which clients ask for this machine, once for each; all it has unless told",
      "--out DIR     where cert.pem and key.pem are written; this folder unless told",
      `--days N      how long it is valid, 1 to 3650; ${usualDays} unless told, the most that Apple's systems take`,
      "--force       replace those that are there; a gateway that runs takes the new ones by itself",
      "",
      "Run by root, the key belongs to the user benchd, if there is one: that is how the service reads it.",
    ],

    async run(args, shell) {
      const [what, ...rest] = args;
      if (what !== "self-signed") throw new UsageError(`say what to make: self-signed${what ? `, not "${what}"` : ""}`);
      const { values } = readArguments(rest, {
        name: { type: "string", multiple: true, default: [] },
        out: { type: "string", default: "." },
        days: { type: "string", default: String(usualDays) },
        force: { type: "boolean", default: false },
      });
      const days = readNumber("--days", values.days, { min: 1, max: 3650, whole: true });
      const names = namesFor(values.name);
      const folder = resolve(values.out);
      const made = await makeSelfSigned(names, days);
      const owner = isRoot() ? await user("benchd") : undefined;
      const files = { "key.pem": { text: made.key, mode: 0o600, owner }, "cert.pem": { text: made.cert, mode: 0o644 } };
      await writeFiles(folder, files, values.force);
      tell(shell, { folder, names, made, service: owner !== undefined });
      return 0;
    },
  };
}

/** An address needs not to be listed, nor the name that every machine has for itself. */
const isHost = (name: string) => isIP(name) === 0 && name !== "localhost";

interface Made {
  readonly folder: string;
  readonly names: readonly string[];
  readonly made: SelfSigned;
  /** The key belongs to the service's user. */
  readonly service: boolean;
}

function tell(shell: Shell, { folder, names, made, service }: Made): void {
  const cert = join(folder, "cert.pem");
  const key = join(folder, "key.pem");
  const [first = ""] = names;
  const url = `https://${first.includes(":") ? `[${first}]` : first}:5000`;
  const lines = [
    `${cert}  for clients; valid until ${made.until.toISOString().slice(0, 10)} for ${names.join(", ")}`,
    `${key}  for nobody but the gateway${service ? ", it belongs to benchd" : ""}`,
    "",
    `Its fingerprint (SHA-256): ${made.fingerprint}`,
    "",
    "In the configuration:",
    `  listen: { host: 0.0.0.0, port: 5000, tls: { certificate: ${cert}, key: ${key} } }`,
    `  allowedHosts: [${names.filter(isHost).join(", ")}]`,
    "",
    "Clients trust it when they have a copy of cert.pem:",
    `  curl --cacert cert.pem ${url}/health`,
    '  Python, requests: verify="cert.pem"     Node: NODE_EXTRA_CA_CERTS=cert.pem',
    `  benchd emergency-stop --url ${url} --ca cert.pem`,
    "  A browser warns once: go on only if it shows the fingerprint above.",
  ];
  for (const line of lines) shell.print(visible(line));
}
