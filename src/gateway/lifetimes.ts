import type { Audit } from "../journal/audit.ts";
import type { SettingsStore } from "../thing/settings.ts";

const started = "gateway.started";
const stopped = "gateway.stopped";
const theGateway = "the gateway";

interface Start {
  readonly version?: string;
  readonly mock: boolean;
  /** Why nothing is opened. */
  readonly safeMode?: string | undefined;
}

interface Before {
  before(kinds: readonly string[]): {
    readonly last: { readonly what: string } | undefined;
    readonly rebooted: boolean;
  };
}

/** That benchd has started, as what, and how the run before has ended if it could not say so itself. */
export function noteStart(audit: Audit, kept: Before, { version = "unknown", mock, safeMode }: Start): void {
  const { last, rebooted } = kept.before([started, stopped]);
  if (last?.what === started) {
    const why = rebooted ? "the machine went down, or its power" : "it was killed, or has crashed";
    audit.note({ by: theGateway, what: "gateway.interrupted", detail: `the run before this one: ${why}` });
  }
  audit.note({ by: theGateway, what: started, detail: `benchd ${version}${mock ? ", simulated devices" : ""}` });
  if (safeMode !== undefined) audit.note({ by: theGateway, what: "gateway.safe_mode", detail: safeMode });
}

/** That it ends, and why if that is known. */
export const noteStop = (audit: Audit, why: string | undefined): void =>
  audit.note({ by: theGateway, what: stopped, detail: why });

/** Settings whose writers stand in the audit trail. */
export const noting = (settings: SettingsStore, audit: Audit): SettingsStore => ({
  read: (thing) => settings.read(thing),
  write(thing, property, value, by) {
    audit.note({ by, what: "setting.written", thing, detail: `${property}: ${JSON.stringify(value)}` });
    return settings.write(thing, property, value, by);
  },
});
