/** The process in which texts are examined, one after another: it may hang or crash without taking the harness along. */
import { examine } from "./examine.ts";

process.on("message", async (text: unknown) => {
  if (typeof text === "string") process.send?.((await examine(text)) ?? "");
});
