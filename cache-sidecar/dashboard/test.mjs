// Runs one of test/*.test.ts with Node's own runner.
import { spawnSync } from "node:child_process";
import { build } from "esbuild";

const name = process.argv[2];
const outfile = `node_modules/.cache/${name}.test.mjs`;
await build({ entryPoints: [`test/${name}.test.ts`], bundle: true, platform: "node", format: "esm", packages: "external", outfile, logLevel: "warning",
  define: { "import.meta.url": JSON.stringify(new URL("test/here", import.meta.url).href) } });
process.exitCode = spawnSync(process.execPath, ["--test", "--test-reporter=spec", outfile], { stdio: "inherit" }).status ?? 1;
