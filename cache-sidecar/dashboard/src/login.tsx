// The way in: the admin token, or the identity provider.

import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError, call, type Session } from "./api.ts";

interface Props {
  oidc: boolean;
  problem?: string;
  enter: (session: Session) => void;
}

export function Login({ oidc, problem, enter }: Props) {
  const [error, setError] = useState(problem ?? "");
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => setError(problem ?? ""), [problem]);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    const token = field.current?.value.trim() ?? "";
    if (!token) {
      setError("Write the admin token.");
      field.current?.focus();
      return;
    }
    setBusy(true);
    try {
      enter(await signIn(token));
    } catch (reason) {
      setError(reason instanceof ApiError ? sentence(reason.message) : "Signing in failed.");
      field.current?.focus();
    } finally {
      setBusy(false);
    }
  }

  return (
    <main class="login" id="main">
      <div class="panel">
        <img src="/assets/icon.svg" alt="" width="44" height="44" />
        <h1>Sluice</h1>
        <p class="note">Cost and usage of your LLM gateway</p>
        {oidc && <a class="button primary" href="/api/oidc/start">Sign in with your organisation</a>}
        {oidc && <p class="or"><span>or</span></p>}
        <form onSubmit={submit} novalidate>
          <label for="token">Admin token</label>
          <input id="token" ref={field} type="password" autocomplete="current-password" spellcheck={false} aria-describedby="token-help" aria-invalid={error ? "true" : undefined} />
          <p class="note" id="token-help">The value of <code>ADMIN_TOKEN</code>. <code>make run</code> prints a link that signs you in.</p>
          <div class="problem" role="alert">{error}</div>
          <button class={oidc ? "button" : "button primary"} type="submit" disabled={busy}>{busy ? "Signing in…" : "Sign in"}</button>
        </form>
      </div>
    </main>
  );
}

export async function signIn(token: string): Promise<Session> {
  return (await call<Session>("/api/session", { method: "POST", body: JSON.stringify({ token }) })).body;
}

export function sentence(text: string): string {
  return text ? `${text[0]?.toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}` : text;
}
