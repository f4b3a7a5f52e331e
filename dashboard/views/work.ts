/** What the views of work at the bench have in common is loaded once: forms, invocations, questions. */
export { InvocationView } from "./invocation/invocation-view.tsx";
export { ProcedureView } from "./procedures/procedure-view.tsx";
export { RunsView } from "./runs/runs-view.tsx";
export { ThingView } from "./thing/thing-view.tsx";
