import type { ServerOptions } from "node:https";
import { Server } from "node:tls";
import type { App } from "./view.ts";

/** A certificate, with those above it, and its key; in PEM. */
export interface Credentials {
  readonly cert: string;
  readonly key: string;
}

/** Long enough for a slow client on a bad line; ms. */
const handshakeMs = 10_000;

/** TLS 1.2 only with what nobody can decrypt later, who has recorded it and gets hold of the key. */
const ciphers = [
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "TLS_AES_128_GCM_SHA256",
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
  "ECDHE-RSA-CHACHA20-POLY1305",
].join(":");

const contextOf = ({ cert, key }: Credentials) => ({ cert, key, ciphers, minVersion: "TLSv1.2" }) as const;

export const serverOptions = (credentials: Credentials): ServerOptions => ({
  ...contextOf(credentials),
  handshakeTimeout: handshakeMs,
});

/** New connections get this certificate; those that are open go on with theirs. Throws for what is of no use to a server. */
export function renew({ server }: App, credentials: Credentials): void {
  if (server instanceof Server) server.setSecureContext(contextOf(credentials));
}
