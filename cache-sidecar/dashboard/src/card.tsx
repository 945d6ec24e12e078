// A part of the page: a heading, what it shows, the table behind it, and its CSV.

import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import type { ApiError, Loaded, Params, Row } from "./api.ts";
import { query } from "./api.ts";

export interface Column {
  name: string;
  label: string;
  text: (row: Row) => ComponentChildren;
  /** Numbers stand to the right. */
  number?: boolean;
}

interface CardProps {
  id: string;
  title: string;
  note?: ComponentChildren;
  wide?: boolean;
  actions?: ComponentChildren;
  children: ComponentChildren;
}

export function Card({ id, title, note, wide, actions, children }: CardProps) {
  return (
    <section class={wide ? "card wide" : "card"} id={id} aria-labelledby={`${id}-title`} tabIndex={-1}>
      <header>
        <div>
          <h2 id={`${id}-title`}>{title}</h2>
          {note && <p class="note">{note}</p>}
        </div>
        {actions && <div class="actions">{actions}</div>}
      </header>
      {children}
    </section>
  );
}

export function CsvLink({ table, params, what }: { table: string; params: Params; what: string }) {
  return (
    <a class="button quiet" href={`/api/export/${table}.csv${query(params)}`} download>
      CSV<span class="hidden"> of {what}</span>
    </a>
  );
}

export function DataTable({ caption, columns, rows, hideCaption }: { caption: string; columns: Column[]; rows: Row[]; hideCaption?: boolean }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`Table: ${caption}`}>
      <table>
        <caption class={hideCaption ? "hidden" : undefined}>{caption}</caption>
        <thead>
          <tr>{columns.map((column) => <th scope="col" class={column.number ? "number" : undefined} key={column.name}>{column.label}</th>)}</tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {columns.map((column, place) => place === 0
                ? <th scope="row" key={column.name}>{column.text(row)}</th>
                : <td class={column.number ? "number" : undefined} key={column.name}>{column.text(row)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The figures behind a chart. */
export function Behind({ caption, columns, rows }: { caption: string; columns: Column[]; rows: Row[] }) {
  return (
    <details>
      <summary>Show as table</summary>
      <DataTable caption={caption} columns={columns} rows={rows} />
    </details>
  );
}

export function Failed({ error }: { error: ApiError }) {
  return (
    <div class="state error" role="alert">
      <strong>No figures</strong>
      <p>{error.message}</p>
    </div>
  );
}

export function Empty({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div class="state">
      <strong>{title}</strong>
      <p>{children}</p>
    </div>
  );
}

/** What is shown while nothing is known yet, where it failed, and when it is there. */
export function Shown<T>({ loaded, height, children }: { loaded: Loaded<T>; height: number; children: (data: T) => ComponentChildren }) {
  if (loaded.error) return <Failed error={loaded.error} />;
  if (!loaded.data) return <div class="waiting" style={{ height: `${height}px` }}><span class="hidden">Loading</span></div>;
  return <>{children(loaded.data)}</>;
}

export function Meter({ percent, forecast, state, label }: { percent: number; forecast?: number; state: string; label: string }) {
  const id = useId();
  const width = (value: number) => `${Math.min(100, Math.max(0, value))}%`;
  return (
    <div class={`meter ${state}`} role="meter" id={id} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.min(100, percent)} aria-label={label} aria-valuetext={`${percent}%`}>
      {forecast !== undefined && forecast > percent && <i class="forecast" style={{ width: width(forecast) }} />}
      <i class="used" style={{ width: width(percent) }} />
    </div>
  );
}
