// Who has how much left, and who is throttled.

import type { Loaded, Params, Row, Table } from "./api.ts";
import { Card, CsvLink, DataTable, Empty, Meter, Shown, type Column } from "./card.tsx";
import { amount, unitWords, until } from "./format.ts";

const STATES: Record<string, string> = { ok: "Has room", near: "Near its limit", exhausted: "Throttled", unknown: "Not asked yet" };
const LIMIT = 100;

export function Quota({ quota, params }: { quota: Loaded<Table & { throttled: number }>; params: Params }) {
  const throttled = quota.data?.throttled ?? 0;
  const note = quota.data && (throttled ? <><b>{throttled}</b> throttled now</> : "Nobody is throttled");
  return (
    <Card id="quota" title="Quota left" wide note={note} actions={<CsvLink table="quota" params={params} what="quota" />}>
      <Shown loaded={quota} height={200}>
        {(data) => {
          if (!data.rows.length) return <Empty title="No budget is in use">Accounts appear with the first request that a budget holds, and go when their window is over.</Empty>;
          const all = (name: Row[string], words: string) => (name === "*" ? <span class="soft">{words}</span> : name || "(no name)");
          const columns: Column[] = [
            { name: "who", label: "Who", text: (row) => <>{row.tenant} / {all(row.user ?? "", "all users")}</> },
            { name: "state", label: "State", text: (row) => <span class={`badge ${row.state}`}>{STATES[String(row.state)]}</span> },
            { name: "used", label: "Used", text: (row) => <span class="gauge"><Meter percent={Number(row.used_percent ?? 0)} state={String(row.state)} label={`${row.tenant}, ${row.user}, ${row.budget}`} />{row.used_percent ?? "–"}%</span> },
            { name: "remaining", label: "Left", number: true, text: (row) => amount(row.remaining as number | null, String(row.unit)) },
            { name: "limit", label: "Limit", number: true, text: (row) => amount(row.limit as number | null, String(row.unit)) },
            { name: "unit", label: "Unit", text: (row) => `${unitWords(String(row.unit))} per ${row.window}` },
            { name: "model", label: "Model", text: (row) => all(row.model ?? "", "all models") },
            { name: "ends", label: "Begins anew in", number: true, text: (row) => until(Number(row.window_ends_s), data.now_s) },
          ];
          return (
            <>
              <DataTable caption="Accounts of budgets" hideCaption columns={columns} rows={data.rows.slice(0, LIMIT)} />
              {data.rows.length > LIMIT && <p class="note">{data.rows.length - LIMIT} more are in the CSV.</p>}
            </>
          );
        }}
      </Shown>
    </Card>
  );
}
