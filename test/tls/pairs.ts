import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeSelfSigned } from "../../src/cli/tls/self-signed.ts";

interface Making {
  readonly names?: readonly string[];
  readonly days?: number;
  /** When it is made. */
  readonly now?: Date;
}

/** A certificate and its key, for this machine unless told. */
export const makePair = ({ names = ["localhost", "127.0.0.1", "::1"], days = 365, now }: Making = {}) =>
  makeSelfSigned(names, days, now);

/** One of the older sort, as many an authority still makes. */
export function rsaPair(): { readonly cert: string; readonly key: string } {
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  const made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", ...subject, "-keyout", "-", "-out", "-"];
  const [key = "", cert = ""] = execFileSync("openssl", made, { encoding: "utf8", stdio: "pipe" }).split(
    /(?=-----BEGIN C)/,
  );
  return { cert, key };
}

/** A client that knows only exchanges of keys that need the key of the certificate. */
export const decryptable = {
  maxVersion: "TLSv1.2",
  ciphers: "AES128-GCM-SHA256:AES256-GCM-SHA384:AES256-SHA",
} as const;

/** A folder with a pair in it, which may be replaced. */
export async function pairFolder(making: Making = {}) {
  const folder = mkdtempSync(join(tmpdir(), "benchd-tls-"));
  const files = { certificate: join(folder, "cert.pem"), key: join(folder, "key.pem") };
  const write = ({ cert, key }: { readonly cert: string; readonly key: string }) => {
    writeFileSync(files.certificate, cert);
    writeFileSync(files.key, key, { mode: 0o600 });
  };
  const pair = await makePair(making);
  write(pair);
  return { folder, files, pair, write };
}
