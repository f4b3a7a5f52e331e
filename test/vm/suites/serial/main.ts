import { after } from "node:test";
import { gateway } from "./bench.ts";
import "./pulled-out.ts";

after(async () => {
  await gateway.stop();
});
