import { Socket } from "node:net";
import type { Transporter } from "nodemailer";
import { NotificationError } from "../../experiment-errors.ts";
import { readPlainFile } from "../../plain-file.ts";
import { type Message, type Post, subjectOf, textOf } from "./message.ts";
import type { MailConfig } from "./notifier-config.ts";
import { type Environment, secretOf } from "./secret.ts";

/** Of a server that takes a connection and then says nothing; milliseconds. */
const patienceMs = 15_000;

/** Sends messages as mail, in plain text; with TLS only to a server that proves who it is. */
export class Mail implements Post {
  readonly #config: MailConfig;
  readonly #environment: Environment;

  constructor(config: MailConfig, environment: Environment) {
    this.#config = config;
    this.#environment = environment;
  }

  async send(message: Message, signal: AbortSignal): Promise<void> {
    const { host, port, from, to } = this.#config;
    // nodemailer has no way to hang up on a server that says nothing, or goes on and on.
    const socket = new Socket();
    const abort = () => socket.destroy(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    try {
      const transport = await this.#transport(socket);
      signal.throwIfAborted();
      const taken = await transport.sendMail({
        ...{ from, to: [...to], subject: subjectOf(message), text: textOf(message), date: new Date(message.at) },
        // The same however often it is sent: who has it already knows it again.
        messageId: `<${message.id}@benchd.invalid>`,
        // A mail that answers itself would come back for ever.
        headers: { "Auto-Submitted": "auto-generated" },
        ...{ disableFileAccess: true, disableUrlAccess: true },
      });
      const refused = taken.rejected.map((one) => (typeof one === "string" ? one : one.address));
      if (refused.length > 0) throw new NotificationError(`${host} takes no mail for ${refused.join(", ")}`);
    } catch (cause) {
      if (cause instanceof NotificationError) throw cause;
      throw new NotificationError(`${host}:${port} takes no mail: ${reasonOf(cause)}`, { cause });
    } finally {
      signal.removeEventListener("abort", abort);
      socket.destroy();
    }
  }

  async #transport(socket: Socket): Promise<Transporter<Sent>> {
    const { host, port, tls, ca, user, password } = this.#config;
    const pass = password && (await secretOf(password, this.#environment));
    // Loaded for the first mail: most benches send none, and it takes its time and memory.
    // As a whole: what is built of a CommonJS package has no names of its own.
    const { default: nodemailer } = await import("nodemailer");
    const { createTransport } = nodemailer;
    return createTransport({
      ...{ socket, host, port, secure: tls === "implicit", requireTLS: tls === "starttls", ignoreTLS: tls === "none" },
      ...(user !== undefined && pass !== undefined && { auth: { user, pass } }),
      tls: { rejectUnauthorized: true, minVersion: "TLSv1.2", ...(ca !== undefined && (await trustIn(ca))) },
      ...{
        connectionTimeout: patienceMs,
        greetingTimeout: patienceMs,
        socketTimeout: patienceMs,
        dnsTimeout: patienceMs,
      },
      ...{ disableFileAccess: true, disableUrlAccess: true, logger: false },
    });
  }
}

/** As far as we look at it. */
interface Sent {
  readonly rejected: readonly (string | { readonly address: string })[];
}

/** A system's whole list of certificates takes a quarter of that. */
const maxCaBytes = 1024 * 1024;

/** One that vouches for itself may be named as well. */
async function trustIn(file: string) {
  try {
    const read = await readPlainFile(file, maxCaBytes);
    if (!read.bytes) throw new NotificationError(`${file}: ${read.why}`);
    return { ca: read.bytes.toString("utf8"), allowPartialTrustChain: true };
  } catch (cause) {
    throw new NotificationError(`${file}, by which the mail server is known, cannot be read`, { cause });
  }
}

/** Only its first line: a server may say much. */
function reasonOf(error: unknown): string {
  const [line = ""] = (error instanceof Error ? error.message : String(error)).split(/[\r\n]/, 1);
  return line.slice(0, 300);
}
