// Charts over time, in SVG: stacked bars or lines. What they show is in a table behind each of them too.

import { useEffect, useRef, useState } from "preact/hooks";
import { axisLabels, stepLabel, ticks } from "./format.ts";
import type { Row } from "./api.ts";

export interface Series {
  key: string;
  label: string;
  /** Of the palette: 1 to 6. */
  color: number;
  dashed?: boolean;
}

interface Props {
  label: string;
  rows: Row[];
  step: number;
  series: Series[];
  kind: "bars" | "lines";
  format: (value: number) => string;
  axis: (value: number) => string;
  height?: number;
  /** The axis ends here where values don't reach as far. */
  least?: number;
}

const TOP = 10;
const BOTTOM = 24;

export function TimeChart({ label, rows, step, series, kind, format, axis, height = 220, least = 0 }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(640);
  const [at, setAt] = useState<number | null>(null);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(Math.max(240, element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const value = (row: Row, key: string) => Number(row[key] ?? 0);
  const tops = rows.map((row) => {
    const values = series.map((one) => value(row, one.key));
    return kind === "bars" ? values.reduce((sum, one) => sum + one, 0) : Math.max(...values);
  });
  const marks = ticks(Math.max(least, ...tops), height < 180 ? 3 : 4);
  const highest = marks.at(-1) ?? 1;
  const left = 14 + Math.max(...marks.map((mark) => axis(mark).length)) * 6.6;
  const plot = { width: width - left - 8, height: height - TOP - BOTTOM };
  const slot = plot.width / Math.max(1, rows.length);
  const x = (index: number) => left + index * slot;
  const y = (amount: number) => TOP + plot.height * (1 - amount / highest);
  const names = axisLabels(rows.map((row) => Number(row.start_s)), step, Math.floor(plot.width / 52));

  function move(event: KeyboardEvent): void {
    const last = rows.length - 1;
    const to = { ArrowRight: Math.min(last, (at ?? -1) + 1), ArrowLeft: Math.max(0, (at ?? last + 1) - 1), Home: 0, End: last }[event.key];
    if (event.key === "Escape") setAt(null);
    if (to === undefined) return;
    event.preventDefault();
    setAt(to);
  }
  function point(event: PointerEvent): void {
    const bounds = box.current?.getBoundingClientRect();
    if (!bounds) return;
    const index = Math.floor((event.clientX - bounds.left - left) / slot);
    setAt(index >= 0 && index < rows.length ? index : null);
  }

  const shown = at === null ? undefined : rows[at];
  return (
    <div class="chart" ref={box}>
      <div
        class="plot" tabIndex={0} role="group"
        aria-label={`${label}. Left and right arrow keys read single values; the table below has all.`}
        onKeyDown={move} onPointerMove={point} onPointerLeave={() => setAt(null)} onBlur={() => setAt(null)}
      >
        <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
          {marks.map((mark) => (
            <g key={mark}>
              <line class={mark === 0 ? "base" : "rule"} x1={left} x2={width - 8} y1={y(mark)} y2={y(mark)} />
              <text class="tick" x={left - 8} y={y(mark) + 4} text-anchor="end">{axis(mark)}</text>
            </g>
          ))}
          {[...names].map(([index, name]) => x(index) < width - 34 && (
            <text class="tick" x={x(index) + slot / 2} y={height - 6} text-anchor="middle" key={index}>{name}</text>
          ))}
          {at !== null && <rect class="cursor" x={x(at)} y={TOP} width={slot} height={plot.height} />}
          {kind === "bars"
            ? rows.map((row, index) => <Bars key={index} row={row} series={series} x={x(index)} slot={slot} y={y} />)
            : series.map((one) => <Line key={one.key} rows={rows} one={one} x={(index) => x(index) + slot / 2} y={y} />)}
          {kind === "lines" && shown && at !== null && series.map((one) => shown[one.key] != null && (
            <circle class={`c${one.color} dot`} cx={x(at) + slot / 2} cy={y(value(shown, one.key))} r={4} key={one.key} />
          ))}
        </svg>
        {shown && at !== null && (
          <div class="tip" role="status" style={{ left: `${Math.min(Math.max(0, x(at) + slot / 2 - 90), Math.max(0, width - 190))}px` }}>
            <strong>{stepLabel(Number(shown.start_s), step)}</strong>
            {series.map((one) => (
              <span key={one.key}>
                <i class={`key c${one.color}`} aria-hidden="true" />
                {one.label} <b>{shown[one.key] == null ? "–" : format(value(shown, one.key))}</b>
              </span>
            ))}
          </div>
        )}
      </div>
      <ul class="legend" aria-label="Legend">
        {series.map((one) => (
          <li key={one.key}><i class={`key c${one.color}${one.dashed ? " dashed" : ""}`} aria-hidden="true" />{one.label}</li>
        ))}
      </ul>
    </div>
  );
}

interface BarProps {
  row: Row;
  series: Series[];
  x: number;
  slot: number;
  y: (amount: number) => number;
}

function Bars({ row, series, x, slot, y }: BarProps) {
  const gap = slot > 14 ? 4 : slot > 6 ? 2 : 1;
  let sum = 0;
  return (
    <g>
      {series.map((one) => {
        const amount = Number(row[one.key] ?? 0);
        const bottom = y(sum);
        sum += amount;
        const height = bottom - y(sum);
        // What is there can be seen, however little it is.
        const seen = amount > 0 ? Math.max(1, height) : 0;
        return seen > 0 && (
          <rect class={`c${one.color}`} x={x + gap / 2} y={bottom - seen} width={Math.max(1, slot - gap)} height={seen} rx={Math.min(2, seen / 2)} key={one.key} />
        );
      })}
    </g>
  );
}

interface LineProps {
  rows: Row[];
  one: Series;
  x: (index: number) => number;
  y: (amount: number) => number;
}

/** Steps without a value are gaps, and a value between two gaps is a dot. */
function Line({ rows, one, x, y }: LineProps) {
  let path = "";
  const dots: number[] = [];
  let open = false;
  rows.forEach((row, index) => {
    const value = row[one.key];
    if (value == null) {
      open = false;
      return;
    }
    path += `${open ? "L" : "M"}${x(index).toFixed(1)},${y(Number(value)).toFixed(1)}`;
    if (!open && rows[index + 1]?.[one.key] == null) dots.push(index);
    open = true;
  });
  return (
    <g>
      <path class={`line c${one.color}${one.dashed ? " dashed" : ""}`} d={path} />
      {dots.map((index) => <circle class={`c${one.color} dot`} cx={x(index)} cy={y(Number(rows[index]?.[one.key]))} r={2.5} key={index} />)}
    </g>
  );
}
