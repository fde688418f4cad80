/** The steps of handling: the table is shared with the console. */

export * from "../shared/stages.js";
