import { expect, test } from "vitest";
import { OwnLeases } from "../../dashboard/bench/own-leases.ts";

/** As a browser keeps it for a tab. */
function tab(kept = new Map<string, string>()) {
  const storage = {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
  };
  return { kept, open: () => new OwnLeases(() => storage) };
}

test("what is taken is named in every request until it is given back, after a reload, too", () => {
  const { open } = tab();
  const first = open();
  expect(first.headers()).toEqual({});
  first.add({ leaseNumber: 17, things: ["pump"] });
  first.add({ leaseNumber: 18, things: ["ph", "probe"] });
  const again = open();
  expect([again.headers(), again.has(18)]).toEqual([{ "lease-number": "17, 18" }, true]);
  again.drop(17);
  expect([again.headers(), again.lost.value]).toEqual([{ "lease-number": "18" }, []]);
});

test("one that is lost is named no more, and told; somebody else's is nothing to us", () => {
  const leases = tab().open();
  leases.add({ leaseNumber: 17, things: ["pump"] });
  leases.lose(16);
  expect([leases.headers(), leases.lost.value]).toEqual([{ "lease-number": "17" }, []]);
  leases.lose(17);
  expect([leases.headers(), leases.lost.value]).toEqual([{}, [{ leaseNumber: 17, things: ["pump"] }]]);
  leases.forgetLost();
  expect(leases.lost.value).toEqual([]);
});

test.each([
  "no JSON",
  "{}",
  "[1, null]",
  '[{"leaseNumber":"17","things":["pump"]}]',
  '[{"leaseNumber":1,"things":[2]}]',
])("what was kept by something else is none: %s", (text) => {
  expect(
    tab(new Map([["benchd.leases", text]]))
      .open()
      .headers(),
  ).toEqual({});
});

test("of more than anybody holds the latest are known", () => {
  const leases = tab().open();
  for (let leaseNumber = 1; leaseNumber <= 120; leaseNumber++) leases.add({ leaseNumber, things: [] });
  expect([leases.numbers.length, leases.numbers[0], leases.numbers.at(-1)]).toEqual([100, 21, 120]);
});

test("a browser that keeps nothing has them until the page is left", () => {
  const leases = new OwnLeases(() => {
    throw new TypeError("denied");
  });
  leases.add({ leaseNumber: 17, things: ["pump"] });
  expect(leases.headers()).toEqual({ "lease-number": "17" });
});
