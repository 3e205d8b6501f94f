import { expect, test } from "bun:test";
import { parseMode } from "../../src/os/mode.ts";

test.each([
  ["0644", 0, 0o644],
  ["644", 0o7777, 0o644],
  ["4755", 0, 0o4755],
  ["07777", 0, 0o7777],
  ["0", 0o777, 0],
  ["a=rwx", 0o2644, 0o777],
  ["=rwx", 0o2644, 0o777],
  ["ug=rwx", 0o2644, 0o774],
  ["ug=srwx", 0o2644, 0o6774],
  ["ug=trwx", 0o2644, 0o1774],
  ["o=rx", 0o2644, 0o2645],
  ["u=r", 0, 0o400],
  ["g=rw", 0, 0o060],
  ["o=rwx", 0, 0o007],
  ["u=r,g=w,o=x", 0, 0o421],
  ["ug=rw,o=rx", 0, 0o665],
  ["u=", 0o4755, 0o055],
  ["g=r", 0o3770, 0o1740],
  ["u=rw", 0o100644, 0o644],
])("%s applied to %o is %o", (text, current, expected) => {
  expect(parseMode(text, current)).toBe(expected);
});

const repeatedAll = "subject was repeated: each subject (u,g,o) is only accepted once";
const repeated = "subject was repeated: only define each subject (u,g,o) once";

test.each([
  ["ug_rwx", "ug_rwx is not a valid a symbolic mode"],
  ["xg=rwx", "xg=rwx is not a valid a symbolic mode"],
  ["u+x", "u+x is not a valid a symbolic mode"],
  ["888", "888 is not a valid a symbolic mode"],
  ["", " is not a valid a symbolic mode"],
  ["u=r=w", 'only a single "=" is allowed but found 2'],
  ["g=rwy", "unexpected character assignment in g=rwy"],
  ["a=rwx,u=r", repeatedAll],
  ["=r,u=w", repeatedAll],
  ["ug=r,go=r", repeated],
  ["uu=rw", repeated],
  ["10000", "10000 is more than 07777"],
])("%p is refused", (text, reason) => {
  expect(() => parseMode(text, 0)).toThrow(
    new Error(`mode should be an octal number or symbolic mode (${text}): ${reason}`),
  );
});
