import { Type } from "../../../typebox.ts";
import { calibrationBody } from "../../experiment/calibrations.ts";
import { RecordingWish } from "../../experiment/recording-wish.ts";
import { RunWish } from "../../experiment/run-wish.ts";
import { ref } from "../invocation-schemas.ts";
import { byName, list, ok, once, type ToldOf } from "./told.ts";

/** Those of prompts, recordings, procedures, runs, schedules, alarms and calibrations. */
export const experimentRoutes: ToldOf = {
  "GET /gateway/prompts": {
    id: "list_prompts",
    answers: ok(Type.Array(ref("Prompt")), "Those that are open, the oldest first"),
  },
  "GET /gateway/prompts/:prompt": { id: "get_prompt", answers: ok(ref("Prompt"), "As it is") },
  "POST /gateway/prompts/:prompt/answer": {
    id: "answer_prompt",
    description: "The body is the answer itself, by the schema of the prompt; where that has none: null, or no body.",
    ...once,
    body: Type.Unknown(),
    answers: ok(ref("Prompt"), "Answered: what asked goes on"),
    refusals: [400, 409],
  },

  "GET /gateway/procedures": { id: "list_procedures", answers: ok(byName("StoredProcedure"), "By name") },
  "GET /gateway/procedures/:procedure": {
    id: "get_procedure",
    answers: ok(ref("ProcedureDocument"), "As it was stored"),
    refusals: [507],
  },
  "GET /gateway/procedures/:procedure/versions": {
    id: "list_procedure_versions",
    answers: ok(Type.Array(ref("StoredProcedure")), "The newest first"),
  },
  "PUT /gateway/procedures/:procedure": {
    id: "store_procedure",
    description:
      "What cannot be read is refused with all its mistakes; what only this bench cannot run is stored, and told.",
    ...once,
    body: Type.Object({ document: Type.String({ description: "YAML 1.2 or JSON, 256 KiB at most" }) }),
    answers: {
      ...ok(ref("NewProcedure"), "It is the newest version already"),
      201: { description: "It is a new version", schema: ref("NewProcedure") },
    },
    refusals: [400, 409, 503, 507],
  },
  "DELETE /gateway/procedures/:procedure": {
    id: "remove_procedure",
    ...once,
    answers: ok(
      Type.Object({ name: Type.String(), removed: Type.Array(Type.Integer()) }),
      "Removed; the numbers of its versions are not given again",
    ),
    refusals: [400, 409, 507],
  },
  "POST /gateway/procedures/check": {
    id: "check_procedure",
    description: "Of procedure, the name of a stored one (titration, titration@3), and document one is needed.",
    body: Type.Object({
      procedure: Type.Optional(Type.String({ maxLength: 100 })),
      document: Type.Optional(Type.String({ description: "YAML 1.2 or JSON, 256 KiB at most" })),
      parameters: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    }),
    answers: ok(ref("ProcedureCheck"), "What is wrong with it, if anything is"),
    refusals: [503],
  },

  "GET /gateway/runs": {
    id: "list_runs",
    description: "For as long as the history keeps them; of those whose Things one may all read.",
    answers: list("Run"),
    refusals: [507],
  },
  "POST /gateway/runs": {
    id: "start_run",
    description:
      "Needs the scope operate on every Thing that the procedure names. Mistakes in it are told with their places.",
    ...once,
    body: RunWish,
    answers: {
      200: { description: "What it would come to; with dryRun", schema: ref("Forecast") },
      201: {
        description: "It has begun; Location tells where it is to be found",
        schema: ref("Run"),
        headers: ["Location"],
      },
    },
    refusals: [400, 404, 409, 503, 507],
  },
  "GET /gateway/runs/:run": { id: "get_run", answers: ok(ref("Run"), "As it is, or was left") },
  "DELETE /gateway/runs/:run": {
    id: "cancel_run",
    description: "By the ladder, like each invocation; what is to be done on failure is not done.",
    answers: ok(ref("Run"), "It was asked to end"),
    refusals: [409],
  },
  "POST /gateway/runs/:run/pause": {
    id: "pause_run",
    description: "What has begun goes on to its end.",
    ...once,
    answers: ok(ref("Run"), "It is pausing, or paused"),
    refusals: [400, 409],
  },
  "POST /gateway/runs/:run/resume": {
    id: "resume_run",
    ...once,
    answers: ok(ref("Run"), "It goes on"),
    refusals: [400, 409],
  },
  "GET /gateway/recordings": { id: "list_recordings", answers: list("Recording") },
  "POST /gateway/recordings": {
    id: "start_recording",
    description: "It goes on until it is stopped, or its time is over. Say everyMs or onChange.",
    ...once,
    body: RecordingWish,
    answers: { 201: { description: "It has begun", schema: ref("Recording"), headers: ["Location"] } },
    refusals: [400, 409, 422, 503, 507],
  },
  "GET /gateway/recordings/:recording": { id: "get_recording", answers: ok(ref("Recording"), "As it is") },
  "POST /gateway/recordings/:recording/stop": {
    id: "stop_recording",
    ...once,
    answers: ok(ref("Recording"), "It has ended, and its file has all of it"),
    refusals: [400, 409],
  },
  "DELETE /gateway/recordings/:recording": {
    id: "remove_recording",
    ...once,
    answers: ok(ref("Recording"), "As it was"),
    refusals: [400, 409],
  },
  "GET /gateway/recordings/:recording/csv": {
    id: "get_recording_csv",
    description:
      "Also while it goes on: what there is by now, in whole lines. The shape is told in docs/recordings.md.",
    answers: { 200: { description: "All rows so far", content: { "text/csv": Type.String() } } },
    refusals: [503, 507],
  },
  "GET /gateway/recordings/:recording/ndjson": {
    id: "get_recording_ndjson",
    description: "An object for each row, with the titles of the columns as keys, and null for what is missing.",
    answers: { 200: { description: "All rows so far", content: { "application/x-ndjson": Type.String() } } },
    refusals: [503, 507],
  },
  "GET /gateway/schedules": { id: "list_schedules", answers: ok(byName("Schedule"), "By name") },
  "POST /gateway/schedules/:schedule/pause": {
    id: "pause_schedule",
    description: "What it has begun goes on. It stays paused over restarts.",
    ...once,
    answers: ok(ref("Schedule"), "It begins nothing more"),
    refusals: [400, 409],
  },
  "POST /gateway/schedules/:schedule/resume": {
    id: "resume_schedule",
    description: "What has come meanwhile was left out, and is not made up for.",
    ...once,
    answers: ok(ref("Schedule"), "It goes on"),
    refusals: [400, 409],
  },
  "GET /gateway/alarms": { id: "list_alarms", answers: ok(byName("Alarm"), "By name") },

  "GET /gateway/calibrations": {
    id: "list_calibrations",
    answers: ok(byName("CalibrationState"), "By the name of the Thing"),
  },
  "GET /gateway/calibrations/:thing": {
    id: "get_calibrations",
    answers: ok(ref("CalibrationHistory"), "How it stands, and the records, the newest first"),
    refusals: [507],
  },
  "POST /gateway/calibrations/:thing": {
    id: "write_calibration",
    description:
      "It counts from now on. With neither points nor a fit it says that the Thing is not calibrated any more.",
    ...once,
    body: calibrationBody,
    answers: { 201: { description: "Written down", schema: ref("Calibration") } },
    refusals: [400, 409, 507],
  },
};
