import { arg, type CoreFunction, pure, type Typed, t } from "../define.ts";

export const module = "golang/math";

type Examples = Readonly<Record<string, string>>;

/** A function of one float. */
export function unary(
  name: string,
  summary: string,
  examples: Examples,
  call: (x: number) => number,
): CoreFunction {
  return pure({ module, name, summary, args: [arg("x", t.float)], returns: t.float, examples, call });
}

/** A function of two floats of these names. */
export function binary(
  name: string,
  [first, second]: readonly [string, string],
  summary: string,
  examples: Examples,
  call: (x: number, y: number) => number,
): CoreFunction {
  return pure({
    module,
    name,
    summary,
    args: [arg(first, t.float), arg(second, t.float)],
    returns: t.float,
    examples,
    call,
  });
}

/** A question about one float. */
export function query<R extends boolean | bigint>(
  name: string,
  argument: string,
  returns: Typed<R>,
  summary: string,
  examples: Examples,
  call: (x: number) => R,
): CoreFunction {
  return pure({ module, name, summary, args: [arg(argument, t.float)], returns, examples, call });
}
