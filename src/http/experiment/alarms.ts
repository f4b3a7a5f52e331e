import type { Alarm } from "../../experiment/alarm/alarm.ts";
import type { Alarms } from "../../experiment/alarm/alarms.ts";
import { seesAlarm } from "../access/seen-alarm.ts";
import type { Sight } from "../access/sight.ts";
import { json } from "../answer.ts";
import { time } from "../invocation-json.ts";
import type { App, View } from "../view.ts";

/** `/gateway/alarms`: what people are told of, and whether they have been. */
export function alarms(app: App, view: View): void {
  const { alarms } = view.gateway.experiments;
  app.get(
    "/gateway/alarms",
    {
      config: { scope: "read", over: "visible" },
      schema: { summary: "Which alarms are raised, and whether people have been told" },
    },
    async ({ sight }, reply) => {
      const seen = alarms.all.filter((one) => seesAlarm(sight, one));
      return json(reply, 200, Object.fromEntries(seen.map((one) => [one.name, shown(one, alarms, sight)])));
    },
  );
}

function shown(alarm: Alarm, alarms: Alarms, sight: Sight) {
  const { name, title, things, raised, state, unknown, config } = alarm;
  const notify = config.notify.map((notifier) => {
    const { owed, error } = alarms.telling(notifier, name);
    // It names servers.
    return [notifier, { owed, error: sight.all ? (error ?? null) : null }] as const;
  });
  return {
    ...{ title, things, raised },
    since: time(state?.at),
    clockTrusted: state?.clockTrusted ?? null,
    reason: sight.text(state?.reason ?? null),
    unknown: sight.text(unknown ?? null),
    changes: state?.changes ?? 0,
    notify: Object.fromEntries(notify),
  };
}
