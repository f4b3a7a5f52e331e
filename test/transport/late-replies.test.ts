import { tryLateReplies } from "./late-replies.ts";

// Ten times as many are tried in CI.
tryLateReplies(1000);
