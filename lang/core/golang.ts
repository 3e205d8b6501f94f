/**
 * Module `golang`. It is loaded when a program first uses it, and so after `index.ts`, whose functions templates can
 * call.
 */
import type { Type } from "../types/type.ts";
import type { Value } from "../value.ts";
import { type Argument, arg, CatchableError, FatalError, impure, t } from "./define.ts";
import { coreFunctions } from "./index.ts";
import { type CompiledTemplate, compileTemplate } from "./template/compile.ts";
import { offeredFunctions } from "./template/core-functions.ts";
import { TemplateExecutionError, TemplateParseError } from "./template/errors.ts";
import type { ShortCircuit, TemplateFunction } from "./template/function.ts";
import { predefined } from "./template/predefined.ts";
import type { View } from "./template/value.ts";
import { isShown, viewOf } from "./template/view.ts";

const templateArgs: readonly [Argument<string>, Argument] = [
  arg("template", t.str),
  arg("vars", t.parameter("1"), "what `.` stands for"),
];

/** What templates can call; found out when one first does. */
let offered: ReturnType<typeof offeredFunctions> | undefined;

export const template = impure({
  module: "golang",
  name: "template",
  summary: "Text made after a template of Go's `text/template`.",
  args: templateArgs,
  otherForms: [["template"]],
  returns: t.str,
  notes:
    "Fields of structs have their first letter in upper case: `inst_repo` is `.Inst_repo`. Besides the functions of Go, " +
    "a template can call core functions by module and name with underscores: `{{ golang_strings_to_upper .Name }}`; those " +
    "that have one fixed signature, no events, and nothing to do with the place of their call. A field or key that is not " +
    "there is an error.",
  errors:
    "Fatal: all that is wrong with the template. Catchable: what a core function in it raises as catchable.",
  examples: {
    'golang.template("hi {{ .Who }}", struct{who => "you"})': '"hi you"',
    'golang.template("{{ range $i, $e := . }}{{ if $i }}, {{ end }}{{ $e }}{{ end }}", ["a", "b"])': '"a, b"',
    'golang.template("{{ printf `%05.1f` . }}", 3.14159)': '"003.1"',
    'golang.template("{{ convert_str_to_int . }}", "x") <|> "none"': '"none"',
  },
  check: ({ args: [, vars] }) =>
    vars === undefined || isShown(vars.type) ? undefined : "a template cannot be given a function",
  bind: (context) => {
    const view = viewOfData(context.type.args[1]?.type);
    const functions = new Map<string, TemplateFunction>();
    const find = (name: string): TemplateFunction | ShortCircuit | undefined => {
      const known = functions.get(name) ?? predefined.get(name);
      if (known !== undefined) return known;
      offered ??= offeredFunctions(coreFunctions());
      const found = offered.get(name)?.(context);
      if (found !== undefined) functions.set(name, found);
      return found;
    };
    let compiled: { readonly text: string; readonly run: CompiledTemplate } | undefined;
    return (text: string, data?: Value) =>
      asFailures(() => {
        if (compiled?.text !== text) compiled = { text, run: compileTemplate(text, find) };
        return compiled.run(data === undefined || view === undefined ? null : view.show(data));
      });
  },
});

function viewOfData(type: Type | undefined): View | undefined {
  return type && viewOf(type);
}

/** @throws FatalError or CatchableError */
function asFailures<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof TemplateParseError) throw new FatalError(`template: parse error: ${error.message}`);
    if (!(error instanceof TemplateExecutionError)) throw error;
    const message = `template: execution error: ${error.message}`;
    throw error.isCatchable ? new CatchableError(message) : new FatalError(message);
  }
}
