import { expect, test } from "vitest";
import { addressKey } from "../../../src/http/limits/address.ts";

test.each([
  ["127.0.0.1", "localhost"],
  ["127.8.9.1", "localhost"],
  ["::1", "localhost"],
  ["::ffff:127.0.0.1", "localhost"],
  ["::FFFF:10.0.0.7", "10.0.0.7"],
  ["10.0.0.7", "10.0.0.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:0db8:1:2::ff", "2001:db8:1:2::/64"],
  ["2001:db8::ff", "2001:db8:0:0::/64"],
  ["::5", "0:0:0:0::/64"],
  ["fe80::1%eth0", "fe80::1%eth0"],
  [undefined, ""],
])("%s counts as %s", (address, key) => {
  expect(addressKey(address)).toBe(key);
});
