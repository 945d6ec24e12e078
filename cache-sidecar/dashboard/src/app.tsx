// The page: who looks at what, and the parts that show it. What is looked at is in the address, so that it can be kept.

import { render } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { call, keepCsrf, query, useTable, type Params, type Row, type Session, type Summary, type Table } from "./api.ts";
import { Budgets } from "./budgets.tsx";
import { moment, zoneName } from "./format.ts";
import { Login, sentence, signIn } from "./login.tsx";
import { Breakdown, Cache, Latency, Redactions, Spend, Tiles, Usage } from "./panels.tsx";
import { Quota } from "./quota.tsx";

const RANGES: [string, string, string][] = [
  ["1h", "1 hour", "in the last hour"], ["24h", "24 hours", "in the last 24 hours"], ["7d", "7 days", "in the last 7 days"],
  ["30d", "30 days", "in the last 30 days"], ["90d", "90 days", "in the last 90 days"], ["1y", "1 year", "in the last year"],
];
const PARTS: [string, string][] = [
  ["overview", "Overview"], ["usage", "Usage"], ["breakdown", "Who"], ["spend", "Spend"], ["cache", "Cache"], ["latency", "Latency"],
  ["redactions", "Redactions"], ["quota", "Quota"], ["budgets", "Budgets"],
];

interface View {
  range: string;
  tenant?: string;
  user?: string;
  model?: string;
  by?: string;
}

function viewOfAddress(): View {
  const get = (name: string) => new URLSearchParams(location.search).get(name) || undefined;
  const range = get("range") ?? "24h";
  return { range: RANGES.some(([name]) => name === range) ? range : "24h", tenant: get("tenant"), user: get("user"), model: get("model"), by: get("by") };
}

function App() {
  const [session, setSession] = useState<Session>();
  const [problem, setProblem] = useState("");
  const enter = useCallback((next: Session) => {
    keepCsrf(next.csrf ?? "");
    setProblem("");
    setSession(next);
  }, []);
  useEffect(() => {
    void (async () => {
      // The link that `make run` prints. A fragment never reaches a server's log, and doesn't stay in the address.
      const token = new URLSearchParams(location.hash.slice(1)).get("token");
      if (token) history.replaceState(null, "", location.pathname + location.search);
      try {
        enter(token ? await signIn(token) : (await call<Session>("/api/session")).body);
      } catch (reason) {
        setProblem(sentence((reason as Error).message));
        setSession({ signed_in: false, oidc: false } as Session);
      }
    })();
  }, [enter]);
  const signedOut = useCallback(() => {
    setSession((last) => last && ({ signed_in: false, oidc: last.oidc } as Session));
    setProblem("Your session is over. Sign in again.");
  }, []);
  if (!session) return <main class="login" id="main"><p class="note">Loading…</p></main>;
  if (!session.signed_in) return <Login oidc={session.oidc} problem={problem} enter={enter} />;
  const leave = async () => {
    await call("/api/session", { method: "DELETE" }).catch(() => undefined);
    setSession({ signed_in: false, oidc: session.oidc } as Session);
  };
  return <Board session={session} signedOut={signedOut} leave={() => void leave()} />;
}

interface BoardProps {
  session: Session;
  signedOut: () => void;
  leave: () => void;
}

function Board({ session, signedOut, leave }: BoardProps) {
  const admin = session.role === "admin";
  const [view, setView] = useState(viewOfAddress);
  const [version, setVersion] = useState(0);
  const [message, setMessage] = useState("");
  const scope: Params = { tenant: admin ? view.tenant : undefined, user: view.user, model: view.model };
  const { state, seen } = useLive(scope, session.fresh_s, () => setVersion((last) => last + 1));

  const show = useCallback((next: View) => {
    setView(next);
    history.pushState(null, "", location.pathname + query({ ...next }));
  }, []);
  useEffect(() => {
    const back = () => setView(viewOfAddress());
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }, []);

  const params: Params = { range: view.range, ...scope };
  const choices = ["tenant", "user", "model"].filter((by) => by !== "tenant" || (admin && !view.tenant));
  const fallback = admin && !view.tenant ? "tenant" : view.user ? "model" : "user";
  const by = view.by && choices.includes(view.by) ? view.by : fallback;
  const summary = useTable<Summary>("summary", scope, version, signedOut);
  const series = useTable<Table>("series", params, version, signedOut);
  const breakdown = useTable<Table & { by: string }>("breakdown", { ...params, by }, version, signedOut);
  const cache = useTable<Table>("cache", params, version, signedOut);
  const latency = useTable<Table>("latency", params, version, signedOut);
  const redactions = useTable<Table>("redactions", params, version, signedOut);
  const quota = useTable<Table & { throttled: number }>("quota", scope, version, signedOut);
  const words = RANGES.find(([name]) => name === view.range)?.[2] ?? "";

  function open(row: Row): void {
    const next: View = { ...view, by: undefined };
    if (row.tenant) next.tenant = String(row.tenant);
    if (row.user !== undefined) next.user = String(row.user);
    if (row.model) next.model = String(row.model);
    show(next);
    setMessage(`Showing ${[next.tenant, next.user, next.model].filter(Boolean).join(", ")}.`);
    document.getElementById("overview")?.focus();
  }

  return (
    <>
      <a class="skip" href="#main">Skip to the figures</a>
      <header class="top">
        <div class="brand"><img src="/assets/icon.svg" alt="" width="28" height="28" /><span><b>Sluice</b> Cost and usage</span></div>
        <span class={`live ${state}`} title={seen ? `Last news at ${moment(seen)}` : undefined}><i aria-hidden="true" />{state === "on" ? "Live" : "Not live"}</span>
        <ThemeButton />
        <div class="who"><span>{session.who}<small>{admin ? "all tenants" : session.tenant}</small></span><button type="button" class="button quiet" onClick={leave}>Sign out</button></div>
      </header>
      <nav class="parts" aria-label="Parts of the page">
        <ul>{PARTS.map(([id, name]) => <li key={id}><a href={`#${id}`}>{name}</a></li>)}</ul>
      </nav>
      <main id="main" tabIndex={-1}>
        <div class="scope" id="overview" tabIndex={-1}>
          <h1 class="hidden">Cost and usage of the LLM gateway</h1>
          <Crumbs view={view} session={session} show={show} />
          <div class="segmented" role="group" aria-label="Stretch of time">
            {RANGES.map(([name, label]) => <button type="button" aria-pressed={name === view.range} onClick={() => show({ ...view, range: name })} key={name}><span class="long">{label}</span><span class="short">{name}</span></button>)}
          </div>
        </div>
        <Tiles summary={summary} cache={cache} latency={latency} rangeWords={words} />
        <div class="grid">
          <Usage series={series} params={params} />
          <Breakdown breakdown={breakdown} params={params} by={by} choices={choices} choose={(next) => show({ ...view, by: next })} open={open} />
          <Spend summary={summary} admin={admin} />
          <Redactions redactions={redactions} params={params} />
          <Cache cache={cache} params={params} />
          <Latency latency={latency} params={params} />
          <Quota quota={quota} params={scope} />
          <Budgets admin={admin} version={version} tenant={view.tenant} changed={(text) => { setMessage(text); setVersion((last) => last + 1); }} />
        </div>
      </main>
      <footer>
        <p>Days, weeks and months are UTC; times of day are in {zoneName(new Date())}. {session.source === "embedded" ? "Figures are those of this sidecar, since its store began." : "Figures come from BigQuery, at most a minute old."} Percentiles are within 5%.</p>
      </footer>
      <div class={message ? "toast" : "hidden"} role="status">{message}{message && <button type="button" class="button quiet" onClick={() => setMessage("")}>Dismiss</button>}</div>
    </>
  );
}

function Crumbs({ view, session, show }: { view: View; session: Session; show: (view: View) => void }) {
  const admin = session.role === "admin";
  const steps: [string, View][] = [[admin ? "All tenants" : session.tenant ?? "", { range: view.range }]];
  if (admin && view.tenant) steps.push([view.tenant, { range: view.range, tenant: view.tenant }]);
  if (view.user !== undefined) steps.push([view.user, { range: view.range, tenant: view.tenant, user: view.user }]);
  if (view.model) steps.push([view.model, view]);
  return (
    <nav aria-label="What is shown">
      <ol class="crumbs">
        {steps.map(([name, to], index) => (
          <li key={name}>
            {index === steps.length - 1
              ? <span aria-current="page">{name}</span>
              : <button type="button" class="link" onClick={() => show(to)}>{name}</button>}
          </li>
        ))}
      </ol>
    </nav>
  );
}

/** News of the sidecar; what is shown is asked for again, but not more often than it can be read. */
function useLive(scope: Params, freshS: number, news: () => void): { state: "on" | "off"; seen?: number } {
  const [state, setState] = useState<"on" | "off">("off");
  const [seen, setSeen] = useState<number>();
  const tell = useRef(news);
  tell.current = news;
  const path = `/api/live${query(scope)}`;
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let first = true;
    const source = new EventSource(path);
    source.addEventListener("open", () => setState("on"));
    source.addEventListener("error", () => setState("off"));
    source.addEventListener("today", (event) => {
      setState("on");
      setSeen(Number(JSON.parse((event as MessageEvent).data).now_s));
      if (!first) timer ??= setTimeout(() => {
        timer = undefined;
        tell.current();
      }, 1500);
      first = false;
    });
    // Windows of budgets end, and time goes on, without any news.
    const steady = setInterval(() => tell.current(), Math.max(60, freshS) * 1000);
    return () => {
      source.close();
      clearTimeout(timer);
      clearInterval(steady);
    };
  }, [path, freshS]);
  return { state, seen };
}

type Theme = "light" | "dark";

function ThemeButton() {
  const system = (): Theme => (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  const [theme, setTheme] = useState<Theme>(() => (localStorage.getItem("theme") as Theme | null) ?? system());
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  const other = theme === "dark" ? "light" : "dark";
  const toggle = () => {
    if (other === system()) localStorage.removeItem("theme");
    else localStorage.setItem("theme", other);
    setTheme(other);
  };
  return <button type="button" class="button quiet theme" onClick={toggle}><span aria-hidden="true">{theme === "dark" ? "☀" : "☾"}</span><span class="hidden">Switch to the {other} colours</span></button>;
}

const root = document.getElementById("app");
if (root) render(<App />, root);
