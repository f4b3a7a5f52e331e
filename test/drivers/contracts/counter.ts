import type { TestBench } from "benchd/testing";
import counter from "../../../drivers/counter.ts";
import { contract } from "../contract.ts";

const things = { counter: { definition: counter } };

export default contract({
  thing: "counter",
  things,
  inputs: {
    echo: { number: 1, text: "a" },
    read_blob: async (bench: TestBench<typeof things>) => ({ blob: (await bench.run("counter", "make_blob")).output }),
  },
  unreadable: ["broken"],
});
