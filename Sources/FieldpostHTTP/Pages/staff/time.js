/** Times in words, shared with the console. Their words are in the tables of each page. */

export * from "../shared/time.js";
