// A sidecar of its own, with the Vertex emulator, on free ports: what the browser's tests look at.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const BINARIES = process.env.BINARIES ?? new URL("../../../target/debug", import.meta.url).pathname;
export const TOKEN = "demo-admin";

export const BUDGETS = {
  version: 1,
  prices: [],
  budgets: [
    { name: "tenant-month", tenant: "*", unit: "dollars", limit: "60.00", window: "month" },
    { name: "acme-month", tenant: "acme", unit: "dollars", limit: "45.00", window: "month", time_zone: "Europe/Berlin" },
    { name: "globex-day", tenant: "globex", unit: "dollars", limit: "0.60", window: "day", mode: "shadow" },
    { name: "user-day", tenant: "*", user: "*", unit: "total_tokens", limit: 200000, window: "day" },
    { name: "carol-hour", tenant: "globex", user: "carol", unit: "requests", limit: 2, window: "hour" },
  ],
};

async function port(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address ? address.port : 0;
}

export class Sidecar {
  readonly folder = mkdtempSync(join(tmpdir(), "dashboard-"));
  url = "";
  private data = "";
  private parts: ChildProcess[] = [];
  private variables: Record<string, string> = {};

  async start(): Promise<void> {
    const [emulator, admin, data] = [await port(), await port(), await port()];
    this.url = `http://127.0.0.1:${admin}`;
    this.data = `http://127.0.0.1:${data}`;
    writeFileSync(join(this.folder, "budgets.json"), JSON.stringify(BUDGETS));
    this.variables = {
      SIDECAR_PORT: `${admin}`, SIDECAR_DATA_ADDR: `127.0.0.1:${data}`, VERTEX_ENDPOINT: `http://127.0.0.1:${emulator}`,
      // The emulator is the metadata server too; credentials of who runs this aren't found.
      GCE_METADATA_HOST: `127.0.0.1:${emulator}`, HOME: this.folder,
      STATE_DIR: join(this.folder, "state"), BUDGETS_FILE: join(this.folder, "budgets.json"),
    };
    await this.run("vertex-emulator", { VERTEX_PORT: `${emulator}` }, `http://127.0.0.1:${emulator}/emulator/requests`);
    await this.restart();
  }

  /** Ends the sidecar and starts it again on what it left. */
  async restart(between: () => Promise<void> = async () => {}): Promise<void> {
    const old = this.parts.splice(1);
    for (const part of old) await ended(part);
    await between();
    await this.run("cache-sidecar", this.variables, `${this.url}/readyz`);
  }

  /** Ten weeks of made-up traffic. */
  async seed(): Promise<void> {
    const seeder = spawn(join(BINARIES, "examples/seed_dashboard"), [this.variables.STATE_DIR ?? ""], { stdio: "inherit" });
    const [code] = await once(seeder, "exit");
    if (code !== 0) throw new Error(`seed_dashboard ended with ${code}`);
  }

  /** A request as Envoy sends it. */
  async chat(tenant: string, user: string, text: string, model = "gemini-2.5-flash"): Promise<number> {
    const response = await fetch(`${this.data}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-sluice-tenant": tenant, "x-sluice-user": user, "x-sluice-redactions": "EMAIL=2,PHONE=1" },
      body: JSON.stringify({ model, messages: [{ role: "user", content: text }], max_tokens: 100 }),
    });
    await response.text();
    return response.status;
  }

  async stop(): Promise<void> {
    for (const part of this.parts.reverse()) await ended(part);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async run(name: string, variables: Record<string, string>, ready: string): Promise<void> {
    const part = spawn(join(BINARIES, name), { env: variables, stdio: ["ignore", "ignore", "inherit"] });
    this.parts.push(part);
    const deadline = Date.now() + 20_000;
    while (!(await fetch(ready).then((answer) => answer.ok, () => false))) {
      if (part.exitCode !== null || Date.now() > deadline) throw new Error(`${name} didn't get ready`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

async function ended(part: ChildProcess): Promise<void> {
  if (part.exitCode !== null) return;
  const over = once(part, "exit");
  // The emulator listens to Ctrl-C, the sidecar to both.
  part.kill("SIGINT");
  await over;
}
