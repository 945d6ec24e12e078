// The sidecar's API. All paths are of this origin; the session's cookie goes along by itself.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";

export type Row = Record<string, string | number | null>;

export interface Table {
  rows: Row[];
  now_s: number;
  from_s: number;
  to_s: number;
  step: number;
  total?: Record<string, number | null>;
}

export interface Span extends Record<string, number | string> {
  cost_micros: number;
  saved_micros: number;
  requests: number;
  before_micros: number;
  forecast_micros: number;
  begins_s: number;
  ends_s: number;
  how: string;
}

export interface Summary extends Table {
  day: Span;
  month: Span;
  source: string;
}

export interface Session {
  signed_in: boolean;
  oidc: boolean;
  who: string;
  role: "admin" | "tenant";
  tenant: string | null;
  csrf: string;
  source: string;
  fresh_s: number;
}

/** What the API says is wrong; `code` is stable, the message is for people. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly faults: { field: string; write: string }[];

  constructor(status: number, body: any) {
    super(body?.error?.message ?? `The sidecar answered ${status}.`);
    this.status = status;
    this.code = body?.error?.code ?? "";
    this.faults = body?.error?.faults ?? [];
  }
}

let csrf = "";

export function keepCsrf(token: string): void {
  csrf = token;
}

export interface Answer<T> {
  body: T;
  headers: Headers;
}

export async function call<T>(path: string, init: RequestInit = {}): Promise<Answer<T>> {
  const headers = new Headers(init.headers);
  if (init.method && init.method !== "GET") headers.set("x-csrf-token", csrf);
  if (init.body) headers.set("content-type", "application/json");
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers, credentials: "same-origin" });
  } catch {
    throw new ApiError(0, { error: { message: "The sidecar can't be reached. Is it running?", code: "unreachable" } });
  }
  const body = await response.json().catch(() => undefined);
  if (!response.ok) throw new ApiError(response.status, body);
  return { body: body as T, headers: response.headers };
}

export type Params = Record<string, string | undefined>;

export function query(params: Params): string {
  const pairs = Object.entries(params).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return pairs.length ? `?${new URLSearchParams(pairs)}` : "";
}

export interface Loaded<T> {
  data?: T;
  error?: ApiError;
}

/** A table, asked for again when `version` changes; meanwhile the last answer to the same question stays. */
export function useTable<T>(name: string, params: Params, version: number, signedOut: () => void): Loaded<T> {
  const path = `/api/${name}${query(params)}`;
  const [state, setState] = useState<Loaded<T> & { path?: string }>({});
  const asked = useRef(0);
  const load = useCallback(async () => {
    const mine = ++asked.current;
    let next: Loaded<T>;
    try {
      next = { data: (await call<T>(path)).body };
    } catch (error) {
      const known = error instanceof ApiError ? error : new ApiError(0, undefined);
      if (known.status === 401) signedOut();
      next = { error: known };
    }
    if (mine === asked.current) setState({ ...next, path });
  }, [path, signedOut]);
  useEffect(() => {
    void load();
  }, [load, version]);
  return state.path === path ? state : {};
}
