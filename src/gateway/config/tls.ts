import { resolve } from "node:path";
import { Type } from "../../typebox.ts";
import type { ConfigFile } from "./file.ts";
import { soundFields } from "./judge.ts";

/** Where the certificate lies by which the gateway proves who it is, with those above it, and its key; absolute. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
}

const tlsSchema = Type.Object(
  {
    certificate: Type.String({ minLength: 1, expects: "the path of a certificate in PEM, such as ./cert.pem" }),
    key: Type.String({ minLength: 1, expects: "the path of its private key in PEM, such as ./key.pem" }),
  },
  { additionalProperties: false },
);

/** `listen.tls`; undefined where it is not all there, which is noted. */
export function readTls(source: ConfigFile, directory: string, value: unknown): TlsFiles | undefined {
  const { certificate, key } = soundFields(source, tlsSchema, value, ["listen", "tls"]);
  if (certificate === undefined || key === undefined) return undefined;
  return { certificate: resolve(directory, certificate), key: resolve(directory, key) };
}
