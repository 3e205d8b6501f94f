/** Calls core functions as a running program would. */
import { type CallContext, type CoreFunction, InferError } from "../../../lang/core/define.ts";
import { coreCatalogue } from "../../../lang/core/index.ts";
import type { Host } from "../../../lang/host.ts";
import type { FuncType, Type } from "../../../lang/types/type.ts";
import { FunctionValue, isList, MapValue, print, StructValue, type Value } from "../../../lang/value.ts";
import { createHost } from "../../../src/agent/host.ts";
import { localTimeZone } from "../../../src/os/time-zone.ts";

export function core(qualifiedName: string): CoreFunction {
  const dot = qualifiedName.lastIndexOf(".");
  const found = coreCatalogue.get(qualifiedName.slice(0, Math.max(0, dot)), qualifiedName.slice(dot + 1));
  if (found === undefined) throw new Error(`no such function: ${qualifiedName}`);
  return found;
}

/** This machine, but in a fixed time zone. */
export function hostIn(zone: string, signal: AbortSignal = new AbortController().signal): Host {
  const host = createHost({ hostname: "here", log: () => {}, signal });
  const timeZone = localTimeZone(zone);
  return { ...host, clock: { ...host.clock, zone: (at) => timeZone.at(at) } };
}

/** The type of a value; empty lists and maps count as those of text. */
export function typeOf(value: Value): Type {
  switch (typeof value) {
    case "boolean":
      return { kind: "bool" };
    case "string":
      return { kind: "str" };
    case "bigint":
      return { kind: "int" };
    case "number":
      return { kind: "float" };
  }
  if (value instanceof MapValue) {
    const [first] = value.entries();
    const [key, each] = first ?? ["", ""];
    return { kind: "map", key: typeOf(key), value: typeOf(each) };
  }
  if (value instanceof StructValue) {
    const fields = value.names.map((name, index) => ({ name, type: typeOf(value.values[index] ?? "") }));
    return { kind: "struct", fields };
  }
  if (value instanceof FunctionValue) return { kind: "func", args: [], result: { kind: "bool" } };
  return isList(value) ? { kind: "list", element: typeOf(value[0] ?? "") } : { kind: "variant" };
}

export function typeOfCall(args: readonly Value[], result: Type = { kind: "str" }): FuncType {
  return {
    kind: "func",
    args: args.map((value, index) => ({ name: `arg${index}`, type: typeOf(value) })),
    result,
  };
}

export interface CallOptions {
  readonly result?: Type;
  readonly host?: Host;
  /** Of the module that the call is written in; the program's own if unset. */
  readonly moduleDirectory?: string;
}

/** @throws what the function throws */
export function call(name: string | CoreFunction, args: readonly Value[], options: CallOptions = {}): Value {
  const callee = typeof name === "string" ? core(name) : name;
  if (callee.behavior.kind !== "pure" && callee.behavior.kind !== "impure") {
    throw new Error(`${callee.name} cannot be called alone`);
  }
  const context: CallContext = {
    host: options.host ?? hostIn("UTC"),
    type: typeOfCall(args, options.result),
    moduleDirectory: options.moduleDirectory ?? "",
  };
  return callee.behavior.bind(context).call(...args);
}

/** The printed result, or the kind and message of the error. */
export function outcome(name: string | CoreFunction, args: readonly Value[], options?: CallOptions): string {
  try {
    return print(call(name, args, options));
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

/** Why a call cannot be typed, or undefined. */
export function inferenceError(
  callee: CoreFunction,
  args: readonly { readonly type?: Type; readonly value?: Value }[],
): string | undefined {
  try {
    callee.infer?.({ args });
    return undefined;
  } catch (error) {
    if (error instanceof InferError) return error.message;
    throw error;
  }
}

/** A source that throws while it is opened has failed, and needs no closing. */
function openOr(fail: (error: Error) => void, open: () => () => void): () => void {
  try {
    return open();
  } catch (error) {
    fail(error instanceof Error ? error : new Error(String(error)));
    return () => {};
  }
}

/** What a source hands over, one after the other. */
export class Emissions {
  readonly #arrived: (Value | Error)[] = [];
  #waiting: ((next: Value | Error) => void) | undefined;
  readonly close: () => void;

  /** @param result the type of what is handed over, where the source asks for it */
  constructor(name: string, args: readonly Value[], host: Host, result?: Type) {
    const { behavior } = core(name);
    if (behavior.kind !== "source") throw new Error(`${name} is no source`);
    const deliver = (next: Value | Error) => {
      if (this.#waiting === undefined) this.#arrived.push(next);
      else this.#waiting(next);
      this.#waiting = undefined;
    };
    const context = {
      host,
      type: typeOfCall(args, result),
      emit: deliver,
      fail: deliver,
      backlog: () => undefined,
    };
    this.close = openOr(deliver, () => behavior.bind(context).open(...args));
  }

  /** The next value, or the next failure as `NAME: MESSAGE`. */
  async next(): Promise<Value> {
    const next =
      this.#arrived.shift() ?? (await new Promise<Value | Error>((resolve) => (this.#waiting = resolve)));
    return next instanceof Error ? `${next.name}: ${next.message}` : next;
  }

  /** Waits until that is handed over; what comes before is passed over. */
  async until(wanted: Value): Promise<Value> {
    for (;;) {
      const next = await this.next();
      if (next === wanted) return next;
    }
  }
}
