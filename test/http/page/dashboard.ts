import type { Dashboard, DashboardFile } from "../../../src/http/page/dashboard-files.ts";

const file = (type: string, text: string): DashboardFile => ({
  ...{ type, bytes: Buffer.from(text), gzipped: Buffer.from(`zipped ${text}`), etag: `"${text}"` },
});

/** Stands for the dashboard where nobody runs it. */
export const dashboardFixture: Dashboard = {
  ...{ script: "main-test.js", style: "main-test.css", icon: "bench-test.svg" },
  files: new Map([
    ["main-test.js", file("text/javascript; charset=utf-8", "script")],
    ["main-test.css", file("text/css; charset=utf-8", "style")],
    ["bench-test.svg", file("image/svg+xml", "<svg/>")],
  ]),
};
