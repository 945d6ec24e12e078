// Bundles src/ into dist/: one script, one sheet, one page. The sidecar embeds what is there.
import { copyFile, mkdir } from "node:fs/promises";
import { build } from "esbuild";

const out = new URL("dist/", import.meta.url).pathname;
await mkdir(out, { recursive: true });
await build({
  entryPoints: { app: "src/app.tsx" },
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022", "chrome109", "firefox115", "safari16.4"],
  jsx: "automatic",
  jsxImportSource: "preact",
  outdir: out,
  logLevel: "warning",
});
await build({ entryPoints: { app: "src/app.css" }, minify: true, outdir: out, logLevel: "warning" });
for (const file of ["index.html", "icon.svg"]) {
  await copyFile(`src/${file}`, `${out}${file}`);
}
