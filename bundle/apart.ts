/** Packages that are compiled for a machine, or looked for on its disk: they are no part of the bundle, but lie beside it. */
export const apart = ["@fastify/swagger-ui", "better-sqlite3", "koffi", "onoff", "serialport"];
