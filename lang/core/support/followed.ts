import { quote } from "../../bytes.ts";
import type { Close, HostStore } from "../../host.ts";
import type { Value } from "../../value.ts";
import { FatalError, type SourceContext } from "../define.ts";
import { asFailure, fatally } from "./failure.ts";

/** Opens a source that gives what the host keeps under a key, as it changes. */
export function followed<T>(
  { emit, fail }: Pick<SourceContext, "emit" | "fail">,
  store: HostStore<T>,
  key: string,
  toValue: (kept: T) => Value,
): Close {
  const onValue = (kept: T): void => {
    try {
      emit(toValue(kept));
    } catch (error) {
      fail(asFailure(error));
    }
  };
  return fatally(() => store.follow(key, onValue, (error) => fail(asFailure(error))));
}

/** @throws FatalError for a text that names nothing */
export function mustNotBeEmpty(what: string, text: string): void {
  if (text === "") throw new FatalError(`the ${what} is empty`);
}

/** A name that is one part of a path, or of a key. @throws FatalError */
export function mustBeOnePart(what: string, text: string): void {
  mustNotBeEmpty(what, text);
  if (text.includes("/")) throw new FatalError(`the ${what} ${quote(text)} has a \`/\` in it`);
}
