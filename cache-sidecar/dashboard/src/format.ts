// Figures as people read them.

const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

/** Dollars out of millionths, with as many digits as tell something: no cost but 0 reads as 0. */
export function dollars(micros: number): string {
  const value = micros / 1e6;
  const digits = micros % 10_000 === 0 || value >= 1 ? 2 : value >= 0.01 ? 4 : 6;
  return value.toLocaleString("en-US", {
    style: "currency",
    currency: "USD",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** Dollars for an axis: short, and as fine as its steps. */
export function shortDollars(micros: number): string {
  const value = micros / 1e6;
  if (value >= 1000) return `$${short.format(value)}`;
  const digits = value === 0 || Number.isInteger(value) ? 0 : value >= 0.1 ? 2 : value >= 0.001 ? 4 : 6;
  return `$${value.toFixed(digits)}`;
}

/** A whole number with separators. */
export function count(value: number): string {
  return grouped.format(value);
}

/** A number in a few characters: 1.2M. */
export function shortCount(value: number): string {
  return short.format(value);
}

/** A share as percent; a dash where there is no whole. */
export function share(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  const percent = value * 100;
  return `${percent >= 10 || percent === 0 ? percent.toFixed(0) : percent.toFixed(1)}%`;
}

/** A time in milliseconds. */
export function millis(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  if (value < 1000) return `${Math.round(value)} ms`;
  if (value < 60_000) return `${(value / 1000).toFixed(value < 10_000 ? 2 : 1)} s`;
  return `${Math.floor(value / 60_000)} min ${Math.round((value % 60_000) / 1000)} s`;
}

/** An amount in a budget's unit. */
export function amount(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined) return "–";
  return unit === "dollars" ? dollars(value) : count(value);
}

/** A budget's unit in words. */
export function unitWords(unit: string): string {
  return unit === "total_tokens" ? "tokens" : unit.replace("_", " ");
}

const DAY_S = 86_400;

/** The begin of a step: a UTC day where steps are days or longer, else a time in the reader's zone. */
export function stepLabel(startS: number, stepS: number, zone?: string): string {
  const date = new Date(startS * 1000);
  if (stepS >= DAY_S) {
    return date.toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
  }
  const time = date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone });
  if (stepS < 3600) return time;
  const day = date.toLocaleDateString("en-GB", { weekday: "short", day: "numeric", timeZone: zone });
  return `${day}, ${time}`;
}

/** Which steps an axis names, and how: days where steps are hours, else each that has room. `room` is how many fit. */
export function axisLabels(starts: number[], stepS: number, room: number, zone?: string): Map<number, string> {
  const hours = stepS >= 3600 && stepS < DAY_S;
  const name = (at: number) => hours
    ? new Date(at * 1000).toLocaleDateString("en-GB", { weekday: "short", day: "numeric", timeZone: zone })
    : stepLabel(at, stepS, zone);
  const named = starts.map((at, index) => [index, name(at)] as const)
    .filter(([index, label]) => !hours || (index > 0 && label !== name(starts[index - 1] ?? 0)));
  const every = Math.max(1, Math.ceil(named.length / Math.max(1, room)));
  return new Map(named.filter((_, place) => place % every === 0));
}

/** A moment in the reader's zone. */
export function moment(atS: number, zone?: string): string {
  return new Date(atS * 1000).toLocaleString("en-GB", {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    timeZone: zone,
  });
}

/** How long it is until a moment. */
export function until(atS: number, nowS: number): string {
  const left = Math.max(0, atS - nowS);
  if (left < 60) return `${left} s`;
  if (left < 3600) return `${Math.round(left / 60)} min`;
  if (left < 2 * DAY_S) return `${Math.round(left / 3600)} h`;
  return `${Math.round(left / DAY_S)} days`;
}

/** The reader's time zone, with its distance from UTC. */
export function zoneName(now: Date, zone = Intl.DateTimeFormat().resolvedOptions().timeZone): string {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeZoneName: "shortOffset" });
  const offset = parts.formatToParts(now).find((part) => part.type === "timeZoneName")?.value ?? "UTC";
  return zone === "UTC" ? "UTC" : `${zone} (${offset.replace("GMT", "UTC")})`;
}

/** How a forecast was made. */
export function forecastHow(how: string): string {
  switch (how) {
    case "hour_of_week":
      return "by weekday and hour, from the last four weeks";
    case "hour_of_day":
      return "by hour of the day, from the last days";
    case "run_rate":
      return "at the mean rate so far; patterns need two days of data";
    default:
      return "nothing was spent yet";
  }
}

/** Whether a forecast stays below a limit, as a sentence. */
export function forecastSentence(forecast: number, limit: number, used: number): string {
  if (used >= limit) return "The budget is used up.";
  if (forecast > limit) return `At this rate ${dollars(forecast)}: ${dollars(forecast - limit)} over budget.`;
  return `At this rate ${dollars(forecast)}: within budget.`;
}

/** Round values for an axis from 0 to at least `max`. */
export function ticks(max: number, wanted = 4): number[] {
  if (!(max > 0)) return [0, 1];
  const raw = max / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((one) => one >= raw) ?? raw;
  const values = [0];
  while ((values.at(-1) ?? 0) < max) values.push(step * values.length);
  return values;
}
