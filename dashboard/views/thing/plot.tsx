import { later } from "../../parts/later.tsx";

/** What draws plots is loaded when somebody wants to see one. */
export const Plot = later(async () => (await import("../../plot/live-plot.tsx")).LivePlot);
