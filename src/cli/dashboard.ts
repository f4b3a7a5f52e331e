import { fileURLToPath } from "node:url";
import { readDashboard } from "../http/page/dashboard-files.ts";

/** As the build has put it beside the program. */
export const dashboard = () => readDashboard(fileURLToPath(new URL("../../dashboard/files/", import.meta.url)));
