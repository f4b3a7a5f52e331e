import { tryLateReplies } from "./late-replies.ts";

// Fifty times as many are tried in CI.
tryLateReplies(200);
