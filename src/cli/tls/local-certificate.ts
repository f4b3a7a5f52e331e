import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Where a gateway leaves the certificate it has, for commands on this machine to know it by. */
export const localCertificate = "local-certificate.pem";

/** A disk that takes nothing keeps nobody from serving: then these commands want --ca. */
export async function leaveCertificate(stateDirectory: string | undefined, cert: string): Promise<void> {
  if (stateDirectory === undefined) return;
  await writeFile(join(stateDirectory, localCertificate), cert, { mode: 0o644 }).catch(() => {});
}
