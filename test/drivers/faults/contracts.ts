import { readdirSync } from "node:fs";
import type { AnyContract } from "../contract.ts";

/** Every driver that has a contract, by the name of its file: a new one is tried as soon as its file is there. */
export const contracts: ReadonlyMap<string, AnyContract> = new Map(
  await Promise.all(
    readdirSync(new URL("../contracts", import.meta.url)).map(async (file) => {
      const name = file.replace(/\.ts$/, "");
      const { default: contract } = (await import(`../contracts/${name}.ts`)) as { readonly default: AnyContract };
      return [name, contract] as const;
    }),
  ),
);
