// Budgets, shown to everybody whom they hold, and edited by admins. A change names the version that its author saw.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ApiError, call, type Row } from "./api.ts";
import { Card, DataTable, Empty, Failed, type Column } from "./card.tsx";
import { count, unitWords } from "./format.ts";
import { sentence } from "./login.tsx";

interface Budget {
  name: string;
  tenant: string;
  user?: string;
  model?: string;
  unit: string;
  limit: number | string;
  window: string;
  time_zone?: string;
  soft_percent?: number;
  mode?: string;
  burst?: number | string;
}

const NEW: Budget = { name: "", tenant: "", unit: "dollars", limit: "", window: "month" };
const UNITS = ["dollars", "total_tokens", "input_tokens", "output_tokens", "requests"];
const WINDOWS = ["minute", "hour", "day", "month"];

interface Props {
  admin: boolean;
  version: number;
  tenant?: string;
  changed: (message: string) => void;
}

export function Budgets({ admin, version, tenant, changed }: Props) {
  const [budgets, setBudgets] = useState<Budget[]>();
  const [tag, setTag] = useState("");
  const [origin, setOrigin] = useState("");
  const [error, setError] = useState<ApiError>();
  const [editing, setEditing] = useState<{ budget: Budget; isNew: boolean }>();

  const load = useCallback(async () => {
    try {
      const answer = await call<{ budgets: Budget[] }>(admin ? "/api/budgets" : "/api/tenant-budgets");
      setBudgets(answer.body.budgets);
      setTag(answer.headers.get("etag") ?? "");
      setOrigin(answer.headers.get("x-budgets-origin") ?? "");
      setError(undefined);
    } catch (reason) {
      setError(reason instanceof ApiError ? reason : new ApiError(0, undefined));
    }
  }, [admin]);
  useEffect(() => void load(), [load, version]);

  async function remove(name: string): Promise<void> {
    if (!confirm(`Remove the budget ${name}? What it limits is no longer limited by it.`)) return;
    try {
      await call(`/api/budgets/${encodeURIComponent(name)}`, { method: "DELETE", headers: { "if-match": tag } });
      changed(`Budget ${name} removed.`);
    } catch (reason) {
      setError(reason instanceof ApiError ? reason : new ApiError(0, undefined));
    }
    await load();
  }

  const shown = (budgets ?? []).filter((one) => !tenant || one.tenant === "*" || one.tenant === tenant);
  const who = (value: string | undefined, each: string, all: string) =>
    value === undefined ? <span class="soft">{all}</span> : value === "*" ? <span class="soft">{each}</span> : value;
  const columns: Column[] = [
    { name: "name", label: "Budget", text: (row) => <code>{row.name}</code> },
    { name: "tenant", label: "Tenant", text: (row) => who(row.tenant as string, "each tenant", "") },
    { name: "user", label: "User", text: (row) => who(row.user as string | undefined, "each user", "all together") },
    { name: "model", label: "Model", text: (row) => who(row.model as string | undefined, "each model", "all together") },
    { name: "limit", label: "Limit", number: true, text: (row) => (row.unit === "dollars" ? `$${row.limit}` : `${count(Number(row.limit))} ${unitWords(String(row.unit))}`) },
    { name: "window", label: "Per", text: (row) => <>{row.window}{row.time_zone ? <span class="soft"> ({row.time_zone})</span> : ""}</> },
    { name: "mode", label: "When it is used up", text: (row) => (row.mode === "shadow" ? <span class="badge unknown">Only counted</span> : "Requests are refused") },
  ];
  if (admin) {
    columns.push({
      name: "edit", label: "Change",
      text: (row) => (
        <span class="pair">
          <button type="button" class="button quiet" onClick={() => setEditing({ budget: row as unknown as Budget, isNew: false })}>Edit<span class="hidden"> {row.name}</span></button>
          <button type="button" class="button quiet" onClick={() => void remove(String(row.name))}>Remove<span class="hidden"> {row.name}</span></button>
        </span>
      ),
    });
  }
  const from = { file: "From the budgets file; a change here goes before it.", api: "Set here, or through the admin API.", none: "" }[origin] ?? "";
  return (
    <Card id="budgets" title="Budgets" wide note={admin ? from : "Those that hold your tenant. Admins change them."}
      actions={admin && budgets && <button type="button" class="button primary" onClick={() => setEditing({ budget: NEW, isNew: true })}>Add a budget</button>}>
      {error && <Failed error={error} />}
      {budgets && !shown.length && <Empty title="No budgets">Without one nothing is limited. {admin ? "Add one: a tenant, a unit, a limit, a window." : ""}</Empty>}
      {shown.length > 0 && <DataTable caption="Budgets" hideCaption columns={columns} rows={shown as unknown as Row[]} />}
      {editing && (
        <Editor
          {...editing} tag={tag} tenant={tenant}
          close={() => setEditing(undefined)}
          saved={(name) => {
            setEditing(undefined);
            changed(`Budget ${name} saved.`);
            void load();
          }}
          again={() => void load()}
        />
      )}
    </Card>
  );
}

interface EditorProps {
  budget: Budget;
  isNew: boolean;
  tag: string;
  tenant?: string;
  close: () => void;
  saved: (name: string) => void;
  again: () => void;
}

function Editor({ budget, isNew, tag, tenant, close, saved, again }: EditorProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [error, setError] = useState<ApiError>();
  const [unit, setUnit] = useState(budget.unit);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);

  async function submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const name = isNew ? text("name") : budget.name;
    const limit = text("limit").replace(/[$,\s]/g, "");
    // What the form has no field for stays as it is.
    const body: Record<string, unknown> = {
      ...budget, name, tenant: text("tenant") || "*", unit, window: text("window"),
      limit: unit === "dollars" ? limit : /^\d+$/.test(limit) ? Number(limit) : limit,
      mode: text("mode"),
    };
    for (const field of ["user", "model", "time_zone"]) {
      body[field] = text(field) || undefined;
    }
    body.soft_percent = text("soft_percent") ? Number(text("soft_percent")) : undefined;
    try {
      await call(`/api/budgets/${encodeURIComponent(name)}`, { method: "PUT", headers: { "if-match": tag }, body: JSON.stringify(body) });
      saved(name);
    } catch (reason) {
      const known = reason instanceof ApiError ? reason : new ApiError(0, undefined);
      setError(known);
      if (known.status === 412) again();
    }
  }

  const value = (text: string | number | undefined) => text ?? "";
  const fault = (field: string) => error?.faults.find((one) => one.field === field || one.field.endsWith(`.${field}`))?.write;
  const Field = ({ name, label, help, ...input }: { name: string; label: string; help?: string } & Record<string, unknown>) => (
    <div class="field">
      <label for={`budget-${name}`}>{label}</label>
      <input id={`budget-${name}`} name={name} aria-describedby={help || fault(name) ? `budget-${name}-help` : undefined} aria-invalid={fault(name) ? "true" : undefined} autocomplete="off" {...input} />
      {(fault(name) || help) && <p class={fault(name) ? "problem" : "note"} id={`budget-${name}-help`}>{fault(name) ? sentence(fault(name) ?? "") : help}</p>}
    </div>
  );
  const placed = ["name", "tenant", "user", "model", "limit", "time_zone", "soft_percent"];
  const rest = (error?.faults ?? []).filter((one) => !placed.some((field) => one.field === field || one.field.endsWith(`.${field}`)));
  return (
    <dialog ref={dialog} onClose={close} aria-labelledby="editor-title">
      <form onSubmit={(event) => void submit(event as unknown as SubmitEvent)} novalidate>
        <h2 id="editor-title">{isNew ? "Add a budget" : `Change ${budget.name}`}</h2>
        {isNew && Field({ name: "name", label: "Name", defaultValue: "", help: "Letters, digits, -, _ and . What is spent is kept under it." })}
        <div class="two">
          {Field({ name: "tenant", label: "Tenant", defaultValue: value(budget.tenant || tenant), help: "* for each tenant by itself" })}
          {Field({ name: "user", label: "User", defaultValue: value(budget.user), help: "Empty: all together; * for each" })}
        </div>
        <div class="two">
          <div class="field">
            <label for="budget-unit">Unit</label>
            <select id="budget-unit" name="unit" value={unit} onChange={(event) => setUnit(event.currentTarget.value)}>
              {UNITS.map((one) => <option value={one} key={one}>{unitWords(one)}</option>)}
            </select>
          </div>
          {Field({ name: "limit", label: unit === "dollars" ? "Limit in dollars" : "Limit", inputmode: "decimal", defaultValue: value(budget.limit) })}
        </div>
        <div class="two">
          <div class="field">
            <label for="budget-window">Per</label>
            <select id="budget-window" name="window" defaultValue={budget.window}>
              {WINDOWS.map((one) => <option value={one} selected={one === budget.window} key={one}>{one}</option>)}
            </select>
          </div>
          {Field({ name: "time_zone", label: "Time zone", defaultValue: value(budget.time_zone), placeholder: "UTC", help: "Where its days begin" })}
        </div>
        <div class="two">
          {Field({ name: "model", label: "Model", defaultValue: value(budget.model), help: "Empty: all together; * for each" })}
          {Field({ name: "soft_percent", label: "Warn from, in percent", inputmode: "numeric", defaultValue: value(budget.soft_percent), placeholder: "80" })}
        </div>
        <fieldset>
          <legend>When it is used up</legend>
          <label><input type="radio" name="mode" value="enforce" defaultChecked={budget.mode !== "shadow"} /> Refuse requests</label>
          <label><input type="radio" name="mode" value="shadow" defaultChecked={budget.mode === "shadow"} /> Only count what would have been refused</label>
        </fieldset>
        <div class="problem" role="alert">
          {error && (error.status === 412 ? "Somebody else changed the budgets meanwhile. They are loaded again: look at them, then save once more." : error.faults.length ? (rest.length ? rest.map((one) => sentence(`${one.field}: ${one.write}`)).join(" ") : "Nothing was changed; see the fields above.") : sentence(error.message))}
        </div>
        <div class="buttons">
          <button type="button" class="button" onClick={() => dialog.current?.close()}>Cancel</button>
          <button type="submit" class="button primary">Save</button>
        </div>
      </form>
    </dialog>
  );
}
