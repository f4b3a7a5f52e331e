import { tryLateReplies } from "./late-replies.ts";

tryLateReplies(10_000);
