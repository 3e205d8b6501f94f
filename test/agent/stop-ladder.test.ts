import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { StopLadder } from "../../src/agent/stop-ladder.ts";

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

/** A ladder that notes which rungs were climbed. */
function ladder(): { readonly climbed: number[]; readonly stairs: StopLadder } {
  const climbed: number[] = [];
  return { climbed, stairs: new StopLadder([0, 1, 2].map((rung) => () => void climbed.push(rung))) };
}

test("each ^C climbs one rung, and time none", () => {
  const { climbed, stairs } = ladder();
  using _ = stairs;
  process.emit("SIGINT");
  jest.advanceTimersByTime(3_600_000);
  expect(climbed).toEqual([0]);
  process.emit("SIGINT");
  process.emit("SIGINT");
  process.emit("SIGINT");
  expect(climbed).toEqual([0, 1, 2]);
});

for (const [name, begin] of Object.entries({
  SIGTERM: () => void process.emit("SIGTERM"),
  "an end from within": (stairs: StopLadder) => stairs.begin(),
})) {
  test(`after ${name} the further rungs come by themselves, after 15 and 30 seconds`, () => {
    const { climbed, stairs } = ladder();
    using _ = stairs;
    begin(stairs);
    expect(climbed).toEqual([0]);
    jest.advanceTimersByTime(14_999);
    expect(climbed).toEqual([0]);
    jest.advanceTimersByTime(1);
    expect(climbed).toEqual([0, 1]);
    jest.advanceTimersByTime(15_000);
    expect(climbed).toEqual([0, 1, 2]);
  });
}

test("an end from within after a signal changes nothing; a ^C after it makes haste", () => {
  const first = ladder();
  process.emit("SIGINT");
  first.stairs.begin();
  jest.advanceTimersByTime(60_000);
  expect(first.climbed).toEqual([0]);
  first.stairs[Symbol.dispose]();
  const second = ladder();
  second.stairs.begin();
  process.emit("SIGINT");
  expect(second.climbed).toEqual([0, 1]);
  second.stairs[Symbol.dispose]();
});
