/** Module `golang/path` (functions specification, section 10): paths with slashes, as text. */
import { slashPathFunctions } from "./support/slash-path-functions.ts";

export const { base, clean, dir, ext, isAbs, join, match } = slashPathFunctions("golang/path");
