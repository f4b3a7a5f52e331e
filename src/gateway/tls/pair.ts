import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import type { TlsFiles } from "../config/tls.ts";

/** A certificate and its key, which fit each other. */
export interface TlsPair {
  /** In PEM, with those above it. */
  readonly cert: string;
  /** In PEM. */
  readonly key: string;
  /** The gateway's own, the first of them. */
  readonly leaf: X509Certificate;
}

/** Why two files are no pair. */
export interface TlsMistake {
  readonly of: keyof TlsFiles;
  readonly message: string;
}

/** A chain of certificates takes a few kilobytes. */
const maxBytes = 256 * 1024;

/** The pair in these files, or what is wrong with them: no server may be given anything else. Never rejects. */
export async function readPair(files: TlsFiles): Promise<TlsPair | TlsMistake> {
  const cert = await readPem(files.certificate);
  if (cert.text === undefined) return { of: "certificate", message: cert.message };
  const key = await readPem(files.key);
  if (key.text === undefined) return { of: "key", message: key.message };
  return judgePair(files, cert.text, key.text);
}

export const isPair = (read: TlsPair | TlsMistake): read is TlsPair => "leaf" in read;

function judgePair(files: TlsFiles, cert: string, key: string): TlsPair | TlsMistake {
  const leaf = attempt(() => new X509Certificate(cert));
  if (!leaf) return { of: "certificate", message: `${files.certificate} ${noCertificate(cert)}` };
  const secret = attempt(() => createPrivateKey(key));
  if (!secret) return { of: "key", message: `${files.key} ${noKey(key)}` };
  if (!belongs(leaf, secret)) {
    const remedy = "name the two that were made together, with the server's own certificate first in its file";
    return { of: "key", message: `${files.key} is not the key of the certificate in ${files.certificate}: ${remedy}` };
  }
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { of: "certificate", message: `${files.certificate} is of no use to a server (${why}): make another` };
  }
  return { cert, key, leaf };
}

const belongs = (leaf: X509Certificate, key: KeyObject): boolean => attempt(() => leaf.checkPrivateKey(key)) ?? false;

function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}

function noCertificate(text: string): string {
  return text.includes("PRIVATE KEY-----") && !text.includes("BEGIN CERTIFICATE")
    ? "holds a private key: the certificate and the key are exchanged"
    : "holds no certificate in PEM, which begins with -----BEGIN CERTIFICATE-----";
}

function noKey(text: string): string {
  if (/ENCRYPTED/.test(text))
    return "is encrypted, and nobody is there to be asked for its passphrase: take that away (openssl pkey -in OLD -out NEW)";
  return text.includes("BEGIN CERTIFICATE")
    ? "holds a certificate and no key: name the file of the key"
    : "holds no private key in PEM, which begins with -----BEGIN PRIVATE KEY-----";
}

type Read = { readonly text: string } | { readonly text: undefined; readonly message: string };

async function readPem(file: string): Promise<Read> {
  const no = (why: string): Read => ({ text: undefined, message: `${file} ${why}` });
  try {
    const found = await stat(file);
    // A pipe would be waited for.
    if (!found.isFile()) return no("is no file: name the file in PEM");
    if (found.size > maxBytes) return no("is too large to be one: name the file in PEM");
    return { text: await readFile(file, "latin1") };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    return no(unread[code] ?? `cannot be read (${code})`);
  }
}

const unread: Readonly<Record<string, string>> = {
  ENOENT: "is not there: make a pair with `benchd tls self-signed`, or name yours",
  ENOTDIR: "is not there: a part of its path is no folder",
  EACCES: "may not be read by this user: change its owner (for the service to benchd), or ask as who may",
};
