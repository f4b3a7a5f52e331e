/** What the views of work at the bench have in common is loaded once: forms, invocations, questions. */

export { CalibrationsView } from "./calibrations/calibrations-view.tsx";
export { InvocationView } from "./invocation/invocation-view.tsx";
export { ProcedureView } from "./procedures/procedure-view.tsx";
export { RunsView } from "./runs/runs-view.tsx";
export { SchedulesView } from "./schedules/schedules-view.tsx";
export { ThingView } from "./thing/thing-view.tsx";
