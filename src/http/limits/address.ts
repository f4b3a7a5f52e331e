import { isIPv6 } from "node:net";

/** This machine, whichever of its loopback addresses it asks from. */
export const localhost = "localhost";

/**
 * Who an address is counted as: of IPv6 the first half, as everybody has all addresses of a network of his own, but
 * where a whole link shares that.
 */
export function addressKey(address: string | undefined): string {
  const plain = address?.replace(/^::ffff:(?=\d+\.)/i, "").toLowerCase() ?? "";
  if (plain === "::1" || plain.startsWith("127.")) return localhost;
  if (!isIPv6(plain) || plain.startsWith("fe80:")) return plain;
  const [head = ""] = plain.split("::");
  const groups = head === "" ? [] : head.split(":");
  const first = [0, 1, 2, 3].map((n) => (groups[n] ?? "0").replace(/^0+(?=.)/, ""));
  return `${first.join(":")}::/64`;
}
