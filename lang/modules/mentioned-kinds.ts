import { halvesOf, walk } from "../syntax/walk.ts";
import type { LoadedProgram } from "./loaded-program.ts";

/**
 * Every resource kind that a program mentions: in resources, edges and `$const.res.<kind>.…`, live or not. What
 * `KindCatalogue.load` must have seen before names are resolved; kinds that do not exist are among them.
 */
export function mentionedKinds(loaded: LoadedProgram): ReadonlySet<string> {
  const kinds = new Set<string>();
  const addConstant = (name: string): void => {
    const kind = /(?:^|\.)const\.res\.([^.]+)\./.exec(name)?.[1];
    if (kind !== undefined) kinds.add(kind);
  };
  for (const file of loaded.files) {
    walk(file.program, {
      statement(statement) {
        if (statement.kind === "resource") kinds.add(statement.resource.text);
        for (const half of halvesOf(statement)) kinds.add(half.resource.text);
      },
      expression(expression) {
        if (expression.kind === "variable") addConstant(expression.name.text);
        if (expression.kind !== "string") return;
        for (const part of file.strings.get(expression) ?? [])
          if (typeof part !== "string") addConstant(part.name);
      },
    });
  }
  return kinds;
}
