import { type Diagnostic, diagnostic } from "../diagnostic.ts";
import { type FuncType, isHashable, printType, sameType, type Type } from "../types/type.ts";
import type { Annotation, Expression, LambdaExpression, Name } from "./ast.ts";

/**
 * What is wrong with a bound value that shows its type, next to the annotation of its variable (language
 * specification, section 5.1). Whatever has to be inferred first is left to the type phase.
 */
export function annotationMismatch(
  name: Name,
  { type, span }: Annotation,
  value: Expression,
): Diagnostic | undefined {
  switch (value.kind) {
    case "group":
      return annotationMismatch(name, { type, span }, value.inner);
    case "boolean":
      return mismatchUnless(type.kind === "bool", "bool");
    case "string":
      return mismatchUnless(type.kind === "str", "str");
    case "integer":
      return mismatchUnless(type.kind === "int", "int");
    case "float":
      return mismatchUnless(type.kind === "float", "float");
    case "map":
      return mismatchUnless(type.kind === "map" && isHashable(type.key), "map");
    case "lambda": {
      const signature = signatureOf(value);
      if (signature === undefined) return undefined;
      return mismatchUnless(sameType(signature, type), printType(signature));
    }
    default:
      return undefined;
  }

  function mismatchUnless(fits: boolean, found: string): Diagnostic | undefined {
    if (fits || isUnhashableMap(type)) return undefined;
    return diagnostic(
      "parse",
      "annotation-mismatch",
      `\`$${name.text}\` is declared as \`${printType(type)}\`, but its value is a \`${found}\``,
      value.span,
    );
  }
}

/** Was reported where the type was written. */
function isUnhashableMap(type: Type): boolean {
  return type.kind === "map" && !isHashable(type.key);
}

/** The type of a lambda whose parameters and result are all annotated. */
function signatureOf({ parameters, result }: LambdaExpression): FuncType | undefined {
  if (result === undefined) return undefined;
  const args: { name: string; type: Type }[] = [];
  for (const { name, annotation } of parameters) {
    if (annotation === undefined) return undefined;
    args.push({ name: name.text, type: annotation.type });
  }
  return { kind: "func", args, result: result.type };
}
