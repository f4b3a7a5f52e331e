/** What we use of the Thing Description Playground of eclipse-thingweb, which has no types of its own. */

declare module "@thing-description-playground/core" {
  type Verdict = "passed" | "warning" | "failed" | "not-impl" | null;
  interface Report {
    readonly report: Readonly<Record<"json" | "schema" | "defaults" | "jsonld" | "additional", Verdict>>;
    readonly details: Readonly<Record<string, Verdict>>;
  }
  /** `log` is told, in words, what is wrong. */
  export function tdValidator(
    td: string,
    log: (...told: readonly unknown[]) => void,
    options: {
      readonly checkDefaults?: boolean;
      readonly checkJsonLd?: boolean;
      readonly checkTmConformance?: boolean;
    },
  ): Promise<Report>;
}

declare module "@thing-description-playground/assertions" {
  interface Assertion {
    readonly ID: string;
    readonly Status: "pass" | "fail" | "not-impl" | "null";
    readonly Comment?: string;
  }
  /** Never settles for what is no valid Thing Description. `load` reads a file of the package. */
  export function tdAssertions(
    tds: readonly string[],
    load: (path: string) => Promise<string>,
    log: (...told: readonly unknown[]) => void,
    manual: readonly Assertion[],
  ): Promise<readonly Assertion[]>;
}
