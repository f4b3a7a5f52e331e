import type { App, View } from "../view.ts";

/** `/things/{thing}/events`. */
export function eventRoutes(_app: App, _view: View): void {}
