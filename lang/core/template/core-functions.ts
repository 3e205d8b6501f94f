/**
 * Which core functions templates can call, and under what names (functions specification, section 7): all whose
 * signature is fixed and that are simply called, but for those that belong to a place in the program.
 */
import type { FuncType, Scheme, Type } from "../../types/type.ts";
import type { CallContext, CoreFunction, Implementation } from "../define.ts";
import { FatalError } from "../define.ts";
import { isCalledInOneWay } from "../signature.ts";
import { takesNil, toValue } from "./argument.ts";
import type { Parameter, TemplateFunction } from "./function.ts";
import { typeName } from "./type.ts";
import type { TemplateValue } from "./value.ts";
import { functionViewOf, isShown } from "./view.ts";

/** A core function that a template can be given, where the template is called. */
export type Offered = (context: CallContext) => TemplateFunction;

/** By their names in templates. */
export function offeredFunctions(functions: Iterable<CoreFunction>): ReadonlyMap<string, Offered> {
  const offered = new Map<string, Offered>();
  for (const each of functions) {
    const bound = offer(each);
    if (bound !== undefined) offered.set(`${each.module}.${each.name}`.replace(/[./]/g, "_"), bound);
  }
  return offered;
}

function offer(declared: CoreFunction): Offered | undefined {
  const { args, returns, infer, isOnlyInPrograms } = declared;
  const implement = implementation(declared);
  if (infer !== undefined || !isCalledInOneWay(declared)) return undefined;
  if (isOnlyInPrograms || implement === undefined) return undefined;
  const type = fixedType({ kind: "func", args, result: returns });
  if (type?.kind !== "func" || ![type.result, ...type.args.map((each) => each.type)].every(isShown)) {
    return undefined;
  }
  return (context) => bind(type, () => implement({ ...context, type }));
}

function implementation({ behavior, inTemplates }: CoreFunction): CoreFunction["inTemplates"] {
  return behavior.kind === "pure" || behavior.kind === "impure" ? behavior.bind : inTemplates;
}

/** The type, if it is one without type parameters. */
function fixedType(scheme: Scheme): Type | undefined {
  switch (scheme.kind) {
    case "parameter":
      return undefined;
    case "list": {
      const element = fixedType(scheme.element);
      return element && { kind: "list", element };
    }
    case "map": {
      const key = fixedType(scheme.key);
      const value = fixedType(scheme.value);
      return key && value && { kind: "map", key, value };
    }
    case "struct": {
      const fields = fixedParts(scheme.fields);
      return fields && { kind: "struct", fields };
    }
    case "func": {
      const args = fixedParts(scheme.args);
      const result = fixedType(scheme.result);
      return args && result && { kind: "func", args, result };
    }
    default:
      return scheme;
  }
}

function fixedParts(
  parts: readonly { readonly name: string; readonly type: Scheme }[],
): { readonly name: string; readonly type: Type }[] | undefined {
  const fixed = parts.flatMap(({ name, type: scheme }) => {
    const type = fixedType(scheme);
    return type === undefined ? [] : [{ name, type }];
  });
  return fixed.length === parts.length ? fixed : undefined;
}

function bind(type: FuncType, implement: () => Implementation): TemplateFunction {
  const result = functionViewOf(type.result);
  const parameters = type.args.map((arg): Parameter => {
    return { kind: "typed", type: arg.type, name: typeName(functionViewOf(arg.type).type) };
  });
  let implementation: Implementation | undefined;
  return {
    parameters,
    call(args): TemplateValue {
      implementation ??= implement();
      const values = args.map((each, index) => {
        const parameter = type.args[index]?.type;
        const value = parameter && toValue(each, parameter);
        if (value === undefined) throw new FatalError("an argument is not of the type of its parameter");
        return value;
      });
      return result.show(implementation.call(...values));
    },
  };
}

/** Whether a parameter takes a value. */
export function takes(parameter: Parameter, value: TemplateValue): boolean {
  if (parameter.kind === "any") return true;
  if (value === null) return takesNil(parameter.type);
  return toValue(value, parameter.type) !== undefined;
}
