import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

/** Mistakes that the types made of the document have to find: one in each line that says so. */
const client = createClient<paths>({ baseUrl: "" });

await client.POST("/pump/dispense", { body: { volumn: 1 } }); // wrong
await client.POST("/pump/dispense", { body: { volume: "1" } }); // wrong
await client.POST("/pump/dispense", { body: {} }); // wrong
await client.POST("/pump/dispense"); // wrong
await client.POST("/pump/dispence", { body: { volume: 1 } }); // wrong
await client.PUT("/pump/dispensed", { body: 1 }); // wrong
await client.PUT("/pump/rate", { body: "fast" }); // wrong
await client.POST("/ph/calibrate", { body: { point: "middle", ph: 7 } }); // wrong
await client.POST("/{thing}/lease", { params: { path: { thing: "nosuch" } } }); // wrong
await client.GET("/action_invocations", { params: { query: { limits: 3 } } }); // wrong
(await client.POST("/counter/increment")).data?.output?.toFixed();
(await client.POST("/counter/increment")).data?.output?.toUpperCase(); // wrong
(await client.GET("/pump/state")).data === "resting"; // wrong
