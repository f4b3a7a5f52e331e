import { describeDrivers } from "./describe-drivers.ts";

await describeDrivers({ thorough: true });
