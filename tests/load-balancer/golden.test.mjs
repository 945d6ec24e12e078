// Golden cases: what a request and its answer become, at every cut of their bodies. `WRITE=1` writes the expected halves anew:
// read the difference before you commit it.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { exchange } from "./exchange.mjs";
import { Plugin, load } from "./host.mjs";

const FILE = new URL("golden.jsonl", import.meta.url);
const { module } = load("target/load-balancer/plugin.wasm");
const cases = readFileSync(FILE, "utf8").trim().split("\n").map((line) => JSON.parse(line));

if (process.env.WRITE) {
  const plugin = new Plugin(module);
  const lines = cases.map(({ expected: _, ...given }) => JSON.stringify({ ...given, expected: exchange(plugin, given) }));
  writeFileSync(FILE, lines.join("\n") + "\n");
  process.exit();
}

/** The same numbers in each run. */
function seeded(seed) {
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}

/** Offsets at which a body is cut, at random. */
function cuts(random, length) {
  const count = Math.floor(random() * 12);
  return Array.from({ length: count }, () => Math.floor(random() * (length + 1))).sort((one, other) => one - other);
}

const length = (body) => Buffer.byteLength(body ?? "");

for (const { name, expected, ...given } of cases) {
  test(name, () => {
    const plugin = new Plugin(module);
    const check = (request, answer) => assert.deepEqual(exchange(plugin, given, request, answer), expected, `cut at ${request} and ${answer}`);
    check([], []);
    for (let at = 0; at <= length(given.request); at++) check([at], []);
    for (let at = 0; at <= length(given.answer); at++) check([], [at]);
    const random = seeded(7);
    for (let round = 0; round < 200; round++) check(cuts(random, length(given.request)), cuts(random, length(given.answer)));
    for (const line of plugin.log) assert.doesNotMatch(line, /bob@example|415 555|^error/, "the log");
  });
}

// Envoy behind redacts again: it finds nothing more, and leaves these placeholders alone.
for (const { name, expected, ...given } of cases.filter(({ expected }) => expected.sent && expected.body && expected.answer)) {
  test(`${name}, twice in a row`, () => {
    const plugin = new Plugin(module);
    const behind = exchange(plugin, { ...given, request: expected.body });
    assert.equal(behind.body, expected.body);
    assert.equal(joined(exchange(plugin, { ...given, answer: behind.answer }).answer), joined(expected.answer));
  });
}

/** What a client reads of an answer: in a stream its pieces may lie otherwise. */
function joined(answer) {
  return answer.startsWith("data:") ? [...answer.matchAll(/"(?:content|text)":"([^"]*)"/g)].map(([, text]) => text).join("") : answer;
}
