import { expect, test } from "bun:test";
import { Source, type Span } from "../../lang/diagnostic.ts";
import { tellAwaited } from "../../src/agent/tell-awaited.ts";

test("what is awaited at two looks in a row is told, once", () => {
  const source = new Source("main.mcl", '$a = os.system("sleep 1")\n$b = os.system("x")\n');
  const [a, b]: readonly Span[] = [
    { source, start: 5, end: 25 },
    { source, start: 31, end: 45 },
  ];
  if (a === undefined || b === undefined) throw new Error("no spans");
  const logged: string[] = [];
  let look = (): void => {};
  let awaited: readonly Span[] = [];
  const program = {
    get awaited(): readonly Span[] {
      return awaited;
    },
  };
  const clock = {
    now: () => 0,
    after(_milliseconds: number, callback: () => void) {
      look = callback;
      return () => {
        look = () => {};
      };
    },
  };
  const stop = tellAwaited(
    program,
    (level, origin, message) => logged.push(`${level} ${origin}: ${message}`),
    {
      clock,
    },
  );
  const steps: readonly (readonly [readonly Span[], string | undefined])[] = [
    [[], undefined],
    [[b], undefined],
    [[a, b], 'warn lang: waiting for the value of `os.system("x")` at main.mcl:2:6'],
    [
      [a, b],
      'warn lang: waiting for the value of `os.system("sleep 1")` at main.mcl:1:6, `os.system("x")` at main.mcl:2:6',
    ],
    [[a, b], undefined],
    [[], undefined],
    [[a], undefined],
  ];
  for (const [now, told] of steps) {
    awaited = now;
    look();
    expect(logged.splice(0)).toEqual(told === undefined ? [] : [told]);
  }
  stop();
  look();
  expect(logged).toEqual([]);
});
