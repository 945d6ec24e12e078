// Holds manifests of kinds that aren't Kubernetes' own against npm's models of them: their types, so that no unknown field passes,
// and their validators, for patterns and ranges.
//
//   models.mjs FOLDER < manifests     FOLDER has node_modules; manifests are a JSON list; prints a JSON list of complaints by manifest

import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const folder = resolve(process.argv[2]);
const require = createRequire(join(folder, "package.json"));
const ts = require("typescript");
const manifests = JSON.parse(readFileSync(0, "utf8"));

const PACKAGES = [[/\.istio\.io$/, "istio"], [/^gateway\.networking\.k8s\.io$/, "gateway-api"], [/^networking\.gke\.io$/, "gke"]];

function module(manifest) {
  const [group, version] = manifest.apiVersion.split("/");
  const found = PACKAGES.find(([pattern]) => pattern.test(group));
  if (!found) throw new Error(`no models of ${group}`);
  return `@kubernetes-models/${found[1]}/${group}/${version}`;
}

const source = join(folder, "manifests.ts");
const lines = manifests.map((manifest, index) =>
  `import type { I${manifest.kind} as T${index} } from "${module(manifest)}"; export const m${index}: T${index} = ${JSON.stringify(manifest)};`);
writeFileSync(source, lines.join("\n"));
const program = ts.createProgram([source], { noEmit: true, strict: true, skipLibCheck: true, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, target: ts.ScriptTarget.ES2022, types: [] });
const complaints = manifests.map(() => []);
for (const one of ts.getPreEmitDiagnostics(program)) {
  const text = ts.flattenDiagnosticMessageText(one.messageText, "\n");
  if (one.file?.fileName !== source) throw new Error(text);
  complaints[one.file.getLineAndCharacterOfPosition(one.start).line].push(text);
}
// Resolved as seen from the folder: its packages are modules, which `require` doesn't find.
const loader = join(folder, "load.mjs");
writeFileSync(loader, "export const load = (name) => import(name);\n");
const { load } = await import(pathToFileURL(loader));
for (const [index, manifest] of manifests.entries()) {
  const { [manifest.kind]: Model } = await load(module(manifest));
  try {
    new Model(manifest).validate();
  } catch (error) {
    complaints[index].push(error.message);
  }
}
console.log(JSON.stringify(complaints));
