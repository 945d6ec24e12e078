import assert from "node:assert/strict";
import { test } from "node:test";
import {
  amount, axisLabels, count, dollars, forecastHow, forecastSentence, millis, share, shortCount, shortDollars, stepLabel, ticks, until, unitWords, zoneName,
} from "../src/format.ts";

function check<A extends unknown[]>(format: (...given: A) => unknown, cases: [...A, unknown][]): void {
  for (const row of cases) {
    const given = row.slice(0, -1) as unknown as A;
    assert.deepEqual(format(...given), row.at(-1), `${format.name}(${JSON.stringify(given)})`);
  }
}

test("dollars have as many digits as tell something", () => {
  check(dollars, [
    [0, "$0.00"], [1, "$0.000001"], [9_999, "$0.009999"], [10_000, "$0.01"], [600_000, "$0.60"], [12_345, "$0.0123"], [123_456, "$0.1235"],
    [1_000_000, "$1.00"], [1_234_567_890, "$1,234.57"], [98_765_432_100_000, "$98,765,432.10"],
  ]);
  check(shortDollars, [[0, "$0"], [2_000_000, "$2"], [250_000, "$0.25"], [2_500, "$0.0025"], [25, "$0.000025"], [12_500_000_000, "$12.5K"]]);
});

test("counts have separators", () => {
  check(count, [[0, "0"], [1234567, "1,234,567"]]);
  check(shortCount, [[999, "999"], [1_250_000, "1.3M"]]);
  check(amount, [[null, "tokens", "–"], [1500000, "dollars", "$1.50"], [1500000, "total_tokens", "1,500,000"]]);
  check(unitWords, [["total_tokens", "tokens"], ["input_tokens", "input tokens"], ["dollars", "dollars"]]);
});

test("shares and times", () => {
  check(share, [[0, "0%"], [0.004, "0.4%"], [0.0512, "5.1%"], [0.5, "50%"], [1, "100%"], [null, "–"], [undefined, "–"]]);
  check(millis, [[null, "–"], [0, "0 ms"], [999, "999 ms"], [1250, "1.25 s"], [12_500, "12.5 s"], [125_000, "2 min 5 s"]]);
  check(until, [[110, 100, "10 s"], [100, 200, "0 s"], [700, 100, "10 min"], [7300, 100, "2 h"], [864_100, 100, "10 days"]]);
});

test("steps are told in UTC where they are days, else in the reader's zone", () => {
  // 2026-11-23 16:30 UTC.
  const at = 1_795_451_400;
  check(stepLabel, [
    [at, 60, "Europe/Berlin", "17:30"], [at, 1800, "UTC", "16:30"], [at, 10_800, "America/New_York", "Mon 23, 11:30"],
    [1_795_392_000, 86_400, "America/New_York", "23 Nov"],
  ]);
  check(zoneName, [[new Date(at * 1000), "UTC", "UTC"], [new Date(at * 1000), "Europe/Berlin", "Europe/Berlin (UTC+1)"]]);
});

test("an axis names days where steps are hours, and no more than there is room for", () => {
  const midnight = 1_795_392_000;
  const steps = (count: number, step: number) => Array.from({ length: count }, (_, index) => midnight - step + index * step);
  assert.deepEqual([...axisLabels(steps(18, 10_800), 10_800, 9, "UTC")], [[1, "Mon 23"], [9, "Tue 24"], [17, "Wed 25"]]);
  assert.deepEqual([...axisLabels(steps(18, 10_800), 10_800, 2, "UTC")], [[1, "Mon 23"], [17, "Wed 25"]]);
  assert.deepEqual([...axisLabels(steps(4, 86_400), 86_400, 2, "UTC")], [[0, "22 Nov"], [2, "24 Nov"]]);
});

test("forecasts are sentences", () => {
  check(forecastSentence, [
    [900_000_000, 1_000_000_000, 500_000_000, "At this rate $900.00: within budget."],
    [1_250_000_000, 1_000_000_000, 500_000_000, "At this rate $1,250.00: $250.00 over budget."],
    [1_250_000_000, 1_000_000_000, 1_000_000_000, "The budget is used up."],
  ]);
  for (const how of ["hour_of_week", "hour_of_day", "run_rate", "nothing"]) assert.ok(forecastHow(how).length > 10);
  assert.match(forecastHow("run_rate"), /mean rate/);
});

test("axes end above the highest value, on round figures", () => {
  check(ticks, [[0, 4, [0, 1]], [100, 4, [0, 25, 50, 75, 100]], [101, 4, [0, 50, 100, 150]], [7, 4, [0, 2, 4, 6, 8]], [Number.NaN, 4, [0, 1]]]);
});
