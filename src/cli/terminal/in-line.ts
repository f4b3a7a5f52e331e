import { visible } from "../visible.ts";

/** What somebody else has said, as part of one line: no control character is left, nor a break of the line. */
export const inLine = (text: string): string => visible(text).replaceAll("\n", "\\n").replaceAll("\t", "\\t");
