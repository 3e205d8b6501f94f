import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { errorCode, explainError, isShortage, SystemError, systemError } from "../../src/os/errors.ts";

function thrown(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

test("an error of the system becomes action, path and cause", () => {
  const error = thrown(() => readFileSync("/etc/passwd/x"));
  expect(errorCode(error)).toBe("ENOTDIR");
  expect(explainError(error)).toBe("not a directory");
  const named = systemError("could not read", "/etc/passwd/x", error);
  expect(named).toBeInstanceOf(SystemError);
  expect(named.message).toBe("could not read /etc/passwd/x: not a directory");
  expect(systemError("could not copy", "/other", named)).toBe(named);
  expect(explainError(named)).toBe(named.message);
});

test("codes without known words, and errors without codes", () => {
  expect(new SystemError("could not use", "/a\nb", "EWHAT").message).toBe(
    'could not use "/a\\nb": system error EWHAT',
  );
  expect(systemError("could not use", "/a", new Error("why")).message).toBe("could not use /a: why");
  expect([explainError("text"), errorCode("text"), errorCode(null)]).toEqual(["text", undefined, undefined]);
});

test("a shortage is known by the code of the error, or of a cause of it", () => {
  const full = new SystemError("could not write", "/a", "ENOSPC");
  expect(isShortage(full)).toBe(true);
  expect(isShortage(new Error("no", { cause: new Error("because", { cause: full }) }))).toBe(true);
  expect(isShortage(new SystemError("could not write", "/a", "EACCES"))).toBe(false);
  expect([isShortage(undefined), isShortage("ENOSPC")]).toEqual([false, false]);
  const circular = new Error("a");
  circular.cause = new Error("b", { cause: circular });
  expect(isShortage(circular)).toBe(false);
});
