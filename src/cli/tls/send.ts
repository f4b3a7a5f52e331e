import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { isIP } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import { connect, type TLSSocket } from "node:tls";
import { isLoopback } from "../../gateway/config/access.ts";
import { UntrustedError } from "../gateway-errors.ts";
import { UsageError } from "../usage.ts";
import { localCertificate } from "./local-certificate.ts";

interface Sent {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

interface Trust {
  /** A file in PEM: whom to trust, and nobody else; those that Node trusts unless told. */
  readonly ca: string | undefined;
  /** Where the gateway of this machine keeps its state. */
  readonly stateDirectory?: string;
}

/**
 * Send a request by HTTPS. What answers on the loopback may also be known by the very certificate that the gateway of this
 * machine says it has, whatever names are in that and whether it has expired. Throws `UntrustedError`, and what Node
 * throws when nothing answers. Resolves as soon as the answer begins; `signal` ends it until its last byte.
 */
export async function sendSecurely(
  address: URL,
  { method, headers, body, signal }: Sent,
  trust: Trust,
): Promise<Response> {
  const socket = await connectTo(address, trust, signal);
  try {
    // With an agent, `agent: false` included, Node would make a connection of its own, which nobody has looked at.
    const asked = request(address, { method, headers, signal, createConnection: () => socket });
    asked.end(body);
    const [message] = (await once(asked, "response", { signal })) as [IncomingMessage];
    message.once("close", () => socket.destroy());
    return responseOf(message);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** As `fetch` gives it: the body is read while it comes. */
function responseOf(message: IncomingMessage): Response {
  const { statusCode: status = 0 } = message;
  const headers = Object.entries(message.headersDistinct).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  );
  const empty = status === 204 || status === 304;
  if (empty) message.resume();
  return new Response(empty ? null : (Readable.toWeb(message) as ReadableStream<Uint8Array>), { status, headers });
}

async function connectTo(address: URL, { ca, stateDirectory }: Trust, signal: AbortSignal): Promise<TLSSocket> {
  const host = bare(address.hostname);
  const pinned = ca === undefined && isLoopback(host) ? await pin(stateDirectory) : undefined;
  const socket = connect({
    host,
    port: Number(address.port || 443),
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca !== undefined && { ca: await readCa(ca), allowPartialTrustChain: true }),
    // Then it is for the comparison below, before a byte is sent.
    rejectUnauthorized: pinned === undefined,
  });
  try {
    await once(socket, "secureConnect", { signal });
    if (socket.authorized || (pinned && socket.getPeerX509Certificate()?.raw.equals(pinned.raw))) return socket;
    throw untrusted(address, String(socket.authorizationError));
  } catch (error) {
    socket.destroy();
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    throw aboutTrust.test(code) ? untrusted(address, code, error) : error;
  }
}

const bare = (hostname: string) => hostname.replace(/^\[(.*)\]$/, "$1");

const aboutTrust = /CERT|SIGNATURE|^ERR_TLS_|^ERR_SSL_|^EPROTO$/;

function untrusted({ origin, hostname }: URL, why: string, cause?: unknown): UntrustedError {
  const remedy = /^(ERR_SSL_WRONG_VERSION_NUMBER|EPROTO)$/.test(why)
    ? "it speaks no HTTPS: begin its address with http://, if it is the one you mean"
    : `name its certificate, or that of who vouches for it, with --ca FILE${
        isLoopback(bare(hostname))
          ? ", such as local-certificate.pem of its stateDirectory; for the service, sudo will do"
          : ""
      }`;
  return new UntrustedError(
    `what answers at ${origin} does not prove who it is (${why}), and was told nothing: ${remedy}`,
    {
      cause,
    },
  );
}

async function readCa(file: string): Promise<string> {
  const pem = await readFile(file, "latin1").catch((cause) => {
    throw new UsageError(`--ca ${file}: it cannot be read (${cause.code})`, { cause });
  });
  if (pem.includes("-----BEGIN CERTIFICATE-----")) return pem;
  throw new UsageError(`--ca ${file}: it holds no certificate in PEM`);
}

/** Only root and the gateway's user may read it there; others name theirs. */
async function pin(stateDirectory = "/var/lib/benchd"): Promise<X509Certificate | undefined> {
  try {
    return new X509Certificate(await readFile(join(stateDirectory, localCertificate), "latin1"));
  } catch {
    return undefined;
  }
}
