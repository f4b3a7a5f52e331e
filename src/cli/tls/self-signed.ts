import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { generate } from "selfsigned";

export interface SelfSigned {
  /** In PEM. */
  readonly cert: string;
  /** In PEM. */
  readonly key: string;
  /** SHA-256, by which people compare it. */
  readonly fingerprint: string;
  readonly until: Date;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/**
 * A certificate that vouches for itself, for these names and addresses (at least one), from now on for so many days. It
 * can vouch for no other: whoever trusts it trusts this gateway and nobody else.
 */
export async function makeSelfSigned(names: readonly string[], days: number, now = new Date()): Promise<SelfSigned> {
  const until = new Date(now.getTime() + days * dayMs);
  const [first = ""] = names;
  const made = await generate([{ name: "commonName", value: first.slice(0, 64) }], {
    keyType: "ec",
    curve: "P-256",
    algorithm: "sha256",
    // The clock of a client may be behind.
    notBeforeDate: new Date(now.getTime() - hourMs),
    notAfterDate: until,
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: names.map((name) => (isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name })),
      },
    ],
  });
  const fingerprint = new X509Certificate(made.cert).fingerprint256;
  return { cert: made.cert, key: made.private, fingerprint, until };
}
