import type { OwnPackage } from "../package-root.ts";
import type { Plan, Wish } from "./plan.ts";
import { fromTemplate } from "./template.ts";

/** Of benchd's own tools, in the versions that benchd itself is built with. */
const tools = ["@types/node", "typescript", "vitest"];
/** Packages with a part in C++ that a driver's tests never need built. */
const built = ["@serialport/bindings-cpp", "better-sqlite3", "epoll", "koffi"];

/** A driver of somebody's own, in a folder of its own, by the npm package. */
export async function project({ name, templates, own }: Wish & { readonly own: OwnPackage }): Promise<Plan> {
  const { driver, thing } = name;
  const from = (file: string) => fromTemplate(templates, { file: `driver/${file}`, imports: named(driver) }, name);
  const ending = (ends: string) => ({ path: `${driver}${ends}`, file: `hotplate${ends}` });
  const code = [".ts", ".twin.ts", ".test.ts", ".contract.test.ts"].map(ending);
  return {
    files: await Promise.all(code.map(async ({ path, file }) => ({ path, text: await from(file) }))),
    unlessThere: [
      { path: "package.json", text: json(packageOf(driver, own)) },
      { path: "tsconfig.json", text: json(tsconfig) },
      { path: ".gitignore", text: "node_modules/\ndist/\n" },
      { path: "bench.yaml", text: await from("bench.yaml") },
      { path: "README.md", text: await from("README.md") },
    ],
    next: (kept) => [
      ...(kept.includes("bench.yaml")
        ? [`in bench.yaml, below things:  ${thing}: { driver: ./dist/${driver}.js, twin: ./dist/${driver}.twin.js }`]
        : []),
      "npm install && npm test   types, the contract of every driver, and what this device does",
      "npm start                 a bench with the simulated device",
      kept.includes("README.md")
        ? "docs/driver-guide.md of benchd tells how it becomes the driver of your device, from its manual."
        : "README.md tells how it becomes the driver of your device, from its manual.",
    ],
  };
}

const named = (driver: string) => ({
  "./hotplate.ts": `./${driver}.ts`,
  "./hotplate.twin.ts": `./${driver}.twin.ts`,
});

const packageOf = (driver: string, { version, engines, devDependencies, allowScripts }: OwnPackage) => ({
  name: driver,
  private: true,
  type: "module",
  engines,
  scripts: {
    build: "tsc",
    test: "tsc && vitest run .test.ts",
    start: "tsc && benchd serve --mock --config bench.yaml",
  },
  dependencies: { benchd: `^${version}` },
  devDependencies: only(tools, devDependencies),
  allowScripts: only(built, allowScripts),
});

const only = <T>(names: readonly string[], all: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
  Object.fromEntries(names.flatMap((name) => (name in all ? [[name, all[name] as T]] : [])));

/** As strict as benchd's own. */
const tsconfig = {
  compilerOptions: {
    target: "ES2023",
    lib: ["ES2023", "ESNext.Disposable"],
    module: "NodeNext",
    types: ["node"],
    rootDir: ".",
    outDir: "dist",
    rewriteRelativeImportExtensions: true,
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    noImplicitOverride: true,
    noImplicitReturns: true,
    noFallthroughCasesInSwitch: true,
    noPropertyAccessFromIndexSignature: true,
    verbatimModuleSyntax: true,
    isolatedModules: true,
    erasableSyntaxOnly: true,
    skipLibCheck: true,
  },
  include: ["*.ts"],
};

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
