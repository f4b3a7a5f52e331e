/** What the views of what was kept have in common is loaded once: lists in pages, filters, files. */
export { HistoryView } from "./history/history-view.tsx";
export { RecordingsView } from "./recordings/recordings-view.tsx";
export { SafetyView } from "./safety/safety-view.tsx";
export { TrafficView } from "./traffic/traffic-view.tsx";
export { TranscriptView } from "./traffic/transcript-view.tsx";
