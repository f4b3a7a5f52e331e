import type { Plan, Wish } from "./plan.ts";
import { fromTemplate } from "./template.ts";

/** A driver of benchd's own, in its repository: each part lies where its tests look for it. */
export async function contribution({ name, templates }: Wish): Promise<Plan> {
  const { driver } = name;
  const seenFrom = (up: string) => ({
    "./hotplate.ts": `${up}drivers/${driver}.ts`,
    "./hotplate.twin.ts": `${up}hardware-mocks/${driver}.ts`,
    "../driver/hotplate.ts": `${up}drivers/${driver}.ts`,
    "../driver/hotplate.twin.ts": `${up}hardware-mocks/${driver}.ts`,
    "../../test/drivers/contract.ts": "../contract.ts",
  });
  const parts: readonly (readonly [path: string, file: string, up: string])[] = [
    [`drivers/${driver}.ts`, "driver/hotplate.ts", "../"],
    [`hardware-mocks/${driver}.ts`, "driver/hotplate.twin.ts", "../"],
    [`test/drivers/contracts/${driver}.ts`, "contributor/contract.ts", "../../../"],
    [`test/drivers/${driver}.test.ts`, "driver/hotplate.test.ts", "../../"],
    [`docs/drivers/${driver}.md`, "contributor/hotplate.md", ""],
  ];
  const files = parts.map(async ([path, file, up]) => ({
    path,
    text: await fromTemplate(templates, { file, imports: seenFrom(up) }, name),
  }));
  return {
    files: await Promise.all(files),
    unlessThere: [],
    next: () => [
      `npx vitest run test/drivers -t "${driver}"   every fault that a driver has to survive`,
      `npx vitest run test/drivers/${driver}.test.ts   what this device does`,
      "docs/driver-guide.md tells how it becomes the driver of your device, from its manual.",
    ],
  };
}
