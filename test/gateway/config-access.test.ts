import { expect, test } from "vitest";
import { openToAll } from "../../src/gateway/config/access.ts";
import { parseConfig } from "../../src/gateway/config/config.ts";

const access = (text: string) => parseConfig(`{ ${text}, things: {} }`, "f").access;

function mistakes(text: string): string {
  try {
    access(text);
  } catch (error) {
    return String(error);
  }
  return "";
}

test.each(["127.0.0.1", "127.1.2.3", "::1", "localhost"])(
  "on %s nobody needs a token unless the file says so",
  (host) => {
    expect(access(`listen: { host: "${host}" }`).auth).toBe("none");
    expect(access(`listen: { host: "${host}" }, access: { auth: tokens }`).auth).toBe("tokens");
  },
);

test.each(["0.0.0.0", "::", "192.168.1.5", "bench.local", "127.0.0.1.example.org"])(
  "on %s everybody needs a token unless the file says so",
  (host) => {
    expect(access(`listen: { host: "${host}" }`)).toMatchObject({ auth: "tokens", toldAuth: undefined });
    expect(access(`listen: { host: "${host}" }, access: { auth: none }`)).toMatchObject({
      auth: "none",
      toldAuth: "none",
    });
  },
);

test("everything below access: is read", () => {
  const text = `access: { auth: tokens, emergencyStop: anybody, origins: ["https://notebook.lab.example", "http://10.0.0.9:8080"],
    proxies: [10.0.0.2, "10.1.0.0/16", "fd00::2", "fd00::/8"] }`;
  expect(access(text)).toEqual({
    auth: "tokens",
    toldAuth: "tokens",
    emergencyStop: "anybody",
    origins: ["https://notebook.lab.example", "http://10.0.0.9:8080"],
    proxies: ["10.0.0.2", "10.1.0.0/16", "fd00::2", "fd00::/8"],
  });
});

test.each([
  ["access: { auht: none }", /there is no setting "auht"; did you mean "auth"/],
  ["access: { auth: token }", /"auth" must be one of tokens, none, not the text "token"/],
  ["access: { emergencyStop: everybody }", /"emergencyStop" must be one of token, anybody/],
  ["access: none", /must hold settings \(auth, emergencyStop, origins, proxies\)/],
  ["access: { origins: 'https://a.example' }", /"origins" must be a list/],
  ["access: { origins: ['*'] }", /would let every page of the web operate the instruments/],
  ["access: { origins: ['null'] }", /"null" is no origin \(expected: the origin of a page/],
  ["access: { origins: ['a.example'] }", /"a.example" is no origin/],
  ["access: { origins: ['ftp://a.example'] }", /is no origin/],
  ["access: { origins: ['https://*.example'] }", /is no origin|is written/],
  ["access: { origins: ['https://a.example/'] }", /is written https:\/\/a\.example by browsers: write it so/],
  ["access: { origins: ['https://A.example:443'] }", /is written https:\/\/a\.example by browsers/],
  ["access: { origins: ['https://u:p@a.example'] }", /is written https:\/\/a\.example by browsers/],
  ["access: { proxies: [proxy.example] }", /"proxy.example" is no address \(expected: the address of a proxy/],
  ["access: { proxies: [10.0.0.256] }", /is no address/],
  ["access: { proxies: [10.0.0.0/33] }", /is no address/],
  ["access: { proxies: ['fd00::1%eth0'] }", /is no address/],
  ["access: { proxies: ['fd00:::1'] }", /is no address/],
  ["access: { proxies: [0.0.0.0/0] }", /would believe everybody/],
  ["access: { proxies: ['::/0'] }", /would believe everybody/],
])("%s is refused with what to write", (text, message) => {
  expect(mistakes(text)).toMatch(message);
});

test("behind a proxy on this machine others ask, so they need a token unless told", () => {
  expect(access(`access: { proxies: [127.0.0.1] }`)).toMatchObject({ auth: "tokens", toldAuth: undefined });
  expect(access(`access: { proxies: [127.0.0.1], auth: none }`).auth).toBe("none");
  const listen = { host: "127.0.0.1" };
  expect(openToAll({ listen, access: { auth: "none", proxies: [] } })).toBeUndefined();
  expect(openToAll({ listen, access: { auth: "none", proxies: ["::1"] } })).toMatch(/whoever can reach ::1 may run/);
});
