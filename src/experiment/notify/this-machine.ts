/** Whether a host is this machine, so that nobody else can read what is sent there. */
export const isThisMachine = (host: string): boolean =>
  ["localhost", "::1", "[::1]"].includes(host) || /^127(\.\d{1,3}){3}$/.test(host);
