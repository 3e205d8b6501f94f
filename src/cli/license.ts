import text from "../../LICENSE" with { type: "text" };

/** The license of this program. */
export const license: string = text;
