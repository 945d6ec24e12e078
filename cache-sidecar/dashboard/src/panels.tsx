// What is spent and used: the tiles, the charts, and the table that one goes down by.

import { useState } from "preact/hooks";
import type { Loaded, Params, Row, Summary, Table } from "./api.ts";
import { Behind, Card, CsvLink, DataTable, Empty, Failed, Meter, Shown, type Column } from "./card.tsx";
import { TimeChart, type Series } from "./chart.tsx";
import { count, dollars, forecastHow, forecastSentence, millis, moment, share, shortCount, shortDollars, stepLabel } from "./format.ts";

const num = (row: Row, key: string) => Number(row[key] ?? 0);
const time = (step: number): Column => ({ name: "start_s", label: "From", text: (row) => stepLabel(num(row, "start_s"), step) });

interface TilesProps {
  summary: Loaded<Summary>;
  cache: Loaded<Table>;
  latency: Loaded<Table>;
  rangeWords: string;
}

export function Tiles({ summary, cache, latency, rangeWords }: TilesProps) {
  if (summary.error) return <Failed error={summary.error} />;
  const data = summary.data;
  const totals = cache.data?.total;
  const times = latency.data?.total;
  const worst = data?.rows.find((row) => row.mode === "enforce") ?? data?.rows[0];
  return (
    <div class="tiles">
      <Tile name="Spent today" value={data && dollars(data.day.cost_micros)}>
        {data && <>Forecast <b>{dollars(data.day.forecast_micros)}</b> by midnight UTC. Yesterday {dollars(data.day.before_micros)}.</>}
      </Tile>
      <Tile name="Spent this month" value={data && dollars(data.month.cost_micros)}>
        {data && <>Forecast <b>{dollars(data.month.forecast_micros)}</b>, {forecastHow(data.month.how)}. Last month {dollars(data.month.before_micros)}.</>}
      </Tile>
      <Tile name="Closest budget" value={data && (worst ? `${worst.used_percent}%` : "None set")} state={String(worst?.state ?? "")}>
        {data && (worst
          ? <><Meter percent={num(worst, "used_percent")} forecast={(num(worst, "forecast_micros") * 100) / Math.max(1, num(worst, "limit_micros"))} state={String(worst.state)} label={`${worst.tenant}, ${worst.budget}`} />
              {worst.tenant} per {worst.window}: {dollars(num(worst, "used_micros"))} of {dollars(num(worst, "limit_micros"))}</>
          : <>A budget in dollars shows here how far it is used.</>)}
      </Tile>
      <Tile name="Saved by the cache" value={totals && dollars(totals.saved_micros ?? 0)}>
        {totals && (totals.hit_rate == null
          ? <>No request could have been a hit {rangeWords}.</>
          : <>Hit rate <b>{share(totals.hit_rate)}</b> of {count((totals.hits ?? 0) + (totals.misses ?? 0) + (totals.collapsed ?? 0))} requests, {rangeWords}.</>)}
      </Tile>
      <Tile name="First token, p95" value={times && millis(times.ttft_p95_ms)}>
        {times && (times.ttft_p50_ms == null ? <>No answers {rangeWords}.</> : <>Median <b>{millis(times.ttft_p50_ms)}</b>; whole answers p95 {millis(times.duration_p95_ms)}, {rangeWords}.</>)}
      </Tile>
    </div>
  );
}

/** A share of the widest, beside its figure. */
function Bar({ part, text }: { part: number; text: string }) {
  return <span class="bar"><span><i style={{ width: `${Math.min(1, part) * 100}%` }} /></span><b>{text}</b></span>;
}

function Tile({ name, value, state, children }: { name: string; value?: string; state?: string; children: preact.ComponentChildren }) {
  return (
    <div class={`tile ${state ?? ""}`}>
      <h2>{name}</h2>
      <p class="figure">{value ?? " "}</p>
      <div class="sub">{children}</div>
    </div>
  );
}

const MEASURES = {
  cost: {
    label: "Cost",
    series: [{ key: "cost_micros", label: "Spent", color: 1 }, { key: "saved_micros", label: "Saved by cache and shared calls", color: 2 }],
    format: dollars,
    axis: shortDollars,
  },
  tokens: {
    label: "Tokens",
    series: [
      { key: "fresh_input", label: "Input", color: 1 }, { key: "cached_input_tokens", label: "Input, cached by the provider", color: 2 },
      { key: "plain_output", label: "Output", color: 3 }, { key: "reasoning_tokens", label: "Reasoning", color: 4 },
    ],
    format: count,
    axis: shortCount,
  },
  requests: {
    label: "Requests",
    series: [{ key: "served", label: "Served", color: 1 }, { key: "refused", label: "Refused by a budget", color: 3 }, { key: "errors", label: "Failed", color: 5 }],
    format: count,
    axis: shortCount,
  },
} satisfies Record<string, { label: string; series: Series[]; format: (value: number) => string; axis: (value: number) => string }>;

type Measure = keyof typeof MEASURES;

export function Usage({ series, params }: { series: Loaded<Table>; params: Params }) {
  const [measure, setMeasure] = useState<Measure>("cost");
  const { label, series: shown, format, axis } = MEASURES[measure];
  const choice = (
    <>
      <div class="segmented" role="group" aria-label="Measure">
        {(Object.keys(MEASURES) as Measure[]).map((one) => (
          <button type="button" aria-pressed={one === measure} onClick={() => setMeasure(one)} key={one}>{MEASURES[one].label}</button>
        ))}
      </div>
      <CsvLink table="series" params={params} what="usage over time" />
    </>
  );
  return (
    <Card id="usage" title={`${label} over time`} wide actions={choice}>
      <Shown loaded={series} height={290}>
        {(data) => {
          const rows = data.rows.map((row) => ({
            ...row,
            fresh_input: num(row, "input_tokens") - num(row, "cached_input_tokens"),
            plain_output: num(row, "output_tokens") - num(row, "reasoning_tokens"),
            served: num(row, "requests") - num(row, "refused") - num(row, "errors"),
          }));
          if (!data.total?.requests) return <NoRequests />;
          const columns: Column[] = [time(data.step), ...shown.map((one) => ({ name: one.key, label: one.label, number: true, text: (row: Row) => format(num(row, one.key)) }))];
          return (
            <>
              <TimeChart label={`${label} over time`} rows={rows} step={data.step} series={shown} kind="bars" format={format} axis={axis} height={250} />
              <Behind caption={`${label} over time`} columns={columns} rows={rows} />
            </>
          );
        }}
      </Shown>
    </Card>
  );
}

function NoRequests() {
  return <Empty title="No requests in this time">Send one through the gateway, or choose a longer stretch of time above. <code>make run</code> prints a <code>curl</code> to try.</Empty>;
}

interface BreakdownProps {
  breakdown: Loaded<Table & { by: string }>;
  params: Params;
  by: string;
  choices: string[];
  choose: (by: string) => void;
  open: (row: Row) => void;
}

export function Breakdown({ breakdown, params, by, choices, choose, open }: BreakdownProps) {
  const words: Record<string, string> = { tenant: "tenant", user: "user", model: "model" };
  const choice = (
    <>
      <div class="segmented" role="group" aria-label="Break down by">
        {choices.map((one) => (
          <button type="button" aria-pressed={one === by} onClick={() => choose(one)} key={one}>By {words[one]}</button>
        ))}
      </div>
      <CsvLink table="breakdown" params={{ ...params, by }} what={`usage by ${by}`} />
    </>
  );
  return (
    <Card id="breakdown" title={`Who spends it: by ${words[by]}`} wide actions={choice} note="Choose a name to see its own figures.">
      <Shown loaded={breakdown} height={220}>
        {(data) => {
          if (!data.rows.length) return <NoRequests />;
          const name = (row: Row) => (
            <button type="button" class="link" onClick={() => open(row)}>{by === "user" && row.tenant ? `${row.tenant} / ${row.user || "(no name)"}` : row[by] || "(no name)"}</button>
          );
          const columns: Column[] = [
            { name: by, label: words[by] === "user" ? "User" : words[by] === "model" ? "Model" : "Tenant", text: name },
            { name: "cost", label: "Cost", number: true, text: (row) => dollars(num(row, "cost_micros")) },
            { name: "share", label: "Share", text: (row) => <Bar part={num(row, "cost_share")} text={share(row.cost_share as number | null)} /> },
            { name: "requests", label: "Requests", number: true, text: (row) => count(num(row, "requests")) },
            { name: "input", label: "Input tokens", number: true, text: (row) => count(num(row, "input_tokens")) },
            { name: "output", label: "Output tokens", number: true, text: (row) => count(num(row, "output_tokens")) },
            { name: "hits", label: "Cache hits", number: true, text: (row) => share(row.hit_rate as number | null) },
            { name: "saved", label: "Saved", number: true, text: (row) => dollars(num(row, "saved_micros")) },
            { name: "redactions", label: "Redactions", number: true, text: (row) => count(num(row, "redactions")) },
            { name: "errors", label: "Failed", number: true, text: (row) => count(num(row, "errors")) },
          ];
          return <DataTable caption={`Usage by ${words[by]}`} hideCaption columns={columns} rows={data.rows.slice(0, 200)} />;
        }}
      </Shown>
    </Card>
  );
}

const CACHE: Series[] = [
  { key: "hits", label: "Hits", color: 2 }, { key: "collapsed", label: "Shared calls", color: 4 },
  { key: "misses", label: "Misses", color: 6 }, { key: "bypassed", label: "Past the cache", color: 3 },
];

export function Cache({ cache, params }: { cache: Loaded<Table>; params: Params }) {
  return (
    <Card id="cache" title="Cache" actions={<CsvLink table="cache" params={params} what="cache results" />}
      note={cache.data?.total?.hit_rate != null && <>Hit rate <b>{share(cache.data.total.hit_rate)}</b>, saved <b>{dollars(cache.data.total.saved_micros ?? 0)}</b></>}>
      <Shown loaded={cache} height={260}>
        {(data) => {
          const any = CACHE.some((one) => data.total?.[one.key]);
          if (!any) return <Empty title="Nothing to cache yet">Answers are kept for <code>CACHE_TTL_SECONDS</code>; the second request of the same kind is a hit.</Empty>;
          const columns: Column[] = [
            time(data.step), ...CACHE.map((one) => ({ name: one.key, label: one.label, number: true, text: (row: Row) => count(num(row, one.key)) })),
            { name: "hit_rate", label: "Hit rate", number: true, text: (row) => share(row.hit_rate as number | null) },
            { name: "saved_micros", label: "Saved", number: true, text: (row) => dollars(num(row, "saved_micros")) },
          ];
          return (
            <>
              <TimeChart label="Cache results over time" rows={data.rows} step={data.step} series={CACHE} kind="bars" format={count} axis={shortCount} height={190} />
              <Behind caption="Cache results over time" columns={columns} rows={data.rows} />
            </>
          );
        }}
      </Shown>
    </Card>
  );
}

const PERCENTILES = (name: string): Series[] => [
  { key: `${name}_p50_ms`, label: "Median", color: 1 }, { key: `${name}_p95_ms`, label: "p95", color: 3 },
  { key: `${name}_p99_ms`, label: "p99", color: 5, dashed: true },
];

export function Latency({ latency, params }: { latency: Loaded<Table>; params: Params }) {
  const [name, setName] = useState<"ttft" | "duration">("ttft");
  const title = name === "ttft" ? "Time to the first token" : "Time to the whole answer";
  const choice = (
    <>
      <div class="segmented" role="group" aria-label="Which time">
        <button type="button" aria-pressed={name === "ttft"} onClick={() => setName("ttft")}>First token</button>
        <button type="button" aria-pressed={name === "duration"} onClick={() => setName("duration")}>Whole</button>
      </div>
      <CsvLink table="latency" params={params} what="latency" />
    </>
  );
  return (
    <Card id="latency" title="Latency" actions={choice}
      note={latency.data?.total?.requests ? <>{title}: median <b>{millis(latency.data.total[`${name}_p50_ms`])}</b>, p95 <b>{millis(latency.data.total[`${name}_p95_ms`])}</b></> : undefined}>
      <Shown loaded={latency} height={260}>
        {(data) => {
          if (!data.total?.requests) return <NoRequests />;
          const shown = PERCENTILES(name);
          const columns: Column[] = [time(data.step), ...shown.map((one) => ({ name: one.key, label: one.label, number: true, text: (row: Row) => millis(row[one.key] as number | null) }))];
          return (
            <>
              <TimeChart label={title} rows={data.rows} step={data.step} series={shown} kind="lines" format={millis} axis={(value) => (value >= 1000 ? `${value / 1000} s` : `${value} ms`)} height={190} />
              <Behind caption={`${title}, percentiles`} columns={columns} rows={data.rows} />
            </>
          );
        }}
      </Shown>
    </Card>
  );
}

export function Redactions({ redactions, params }: { redactions: Loaded<Table>; params: Params }) {
  return (
    <Card id="redactions" title="Redactions" actions={<CsvLink table="redactions" params={params} what="redactions" />} note="Personal data that no model saw, by type. Counts only: what was found is kept nowhere.">
      <Shown loaded={redactions} height={200}>
        {(data) => {
          if (!data.rows.length) return <Empty title="Nothing was redacted in this time">Names, addresses, numbers and secrets in prompts are counted here when they are found.</Empty>;
          const most = num(data.rows[0] ?? {}, "count");
          const columns: Column[] = [
            { name: "type", label: "Type", text: (row) => <code>{row.type}</code> },
            { name: "count", label: "Redactions", text: (row) => <Bar part={num(row, "count") / most} text={count(num(row, "count"))} /> },
            { name: "share", label: "Share", number: true, text: (row) => share(row.share as number | null) },
          ];
          return <DataTable caption="Redactions by type" hideCaption columns={columns} rows={data.rows} />;
        }}
      </Shown>
    </Card>
  );
}

const MOST = 5;
const STATES: Record<string, string> = { ok: "On track", near: "Near its limit", will_exceed: "Forecast over", over: "Used up" };

export function Spend({ summary, admin }: { summary: Loaded<Summary>; admin: boolean }) {
  return (
    <Card id="spend" title="Spend against budgets" note={summary.data && summary.data.month.how !== "nothing" && <>Forecast {forecastHow(summary.data.month.how)}</>} actions={<CsvLink table="summary" params={{}} what="spend against budgets" />}>
      <Shown loaded={summary} height={200}>
        {(data) => {
          if (!data.rows.length) {
            return <Empty title="No budget in dollars">{admin ? <>Add one under <a href="#budgets">Budgets</a>: a tenant, a limit in dollars, a day or a month.</> : <>Ask an admin for one; until then nothing here limits what is spent.</>}</Empty>;
          }
          return (
            <><ul class="spend">
              {data.rows.slice(0, MOST).map((row) => (
                <li key={`${row.tenant} ${row.budget}`}>
                  <div class="line"><strong>{row.tenant}</strong><span>per {row.window}{row.mode === "shadow" ? ", only watched" : ""}</span><span class={`badge ${row.state}`}>{STATES[String(row.state)]}</span></div>
                  <Meter percent={num(row, "used_percent")} forecast={(num(row, "forecast_micros") * 100) / Math.max(1, num(row, "limit_micros"))} state={String(row.state)} label={`${row.tenant}, ${row.budget}, per ${row.window}`} />
                  <div class="line"><span><b>{dollars(num(row, "used_micros"))}</b> of {dollars(num(row, "limit_micros"))}</span><span>until {moment(num(row, "ends_s"))}</span></div>
                  <p class="note">{row.how === "nothing" ? "Nothing was spent yet." : forecastSentence(num(row, "forecast_micros"), num(row, "limit_micros"), num(row, "used_micros"))}</p>
                </li>
              ))}
            </ul>
            {data.rows.length > MOST && <p class="note more">{data.rows.length - MOST} more, further from their limits, are in the CSV.</p>}</>
          );
        }}
      </Shown>
    </Card>
  );
}
