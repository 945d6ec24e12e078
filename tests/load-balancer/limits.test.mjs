// What the runtime allows: imports, sizes, memory. `MEASURE=1` prints figures, CPU among them, which no test holds to a limit.

import assert from "node:assert/strict";
import { test } from "node:test";
import { exchange } from "./exchange.mjs";
import { MAX_MODULE_BYTES, MAX_MUTATION_BYTES, Plugin, load } from "./host.mjs";

const KIB = 1024;
const MIB = 1024 * KIB;
const STREAMS = 1000;
const MAX_VM_BYTES = 16 * MIB;

const { module, size } = load("target/load-balancer/plugin.wasm");
const bytes = (text) => Buffer.from(text);
const chat = (content, more = {}) => JSON.stringify({ model: "gemini-2.5-flash", ...more, messages: [{ role: "user", content }] });
const answer = (content) => JSON.stringify({ id: "1", choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }] });
const PROSE = "Ask the office in Hamburg about invoice 4711 and tell bob@example.com what they said. ";
const HEAD = [[":method", "POST"], [":path", "/v1/chat/completions"], ["content-type", "application/json"]];
const GEMINI = "/v1/projects/p/locations/l/publishers/google/models/m:generateContent";

function measured(line) {
  if (process.env.MEASURE) console.log(line);
}

test("module and configuration fit", () => {
  measured(`module: ${(size / MIB).toFixed(2)} MiB`);
  assert.ok(size + 256 * KIB <= MAX_MODULE_BYTES);
});

test("an invalid configuration is refused, and says where", () => {
  assert.throws(() => new Plugin(module, '{"max_request_byte":1}'), /max_request_byte/);
  assert.throws(() => new Plugin(module, '{"budgets":[]}'), /budgets/);
  assert.doesNotThrow(() => new Plugin(module, ""));
});

/** A body of `length` bytes with one finding → the status that refuses it. */
test("a body above the limit of mutations is refused, never passed", () => {
  const fill = (length, shape) => shape("x".repeat(length - shape("").length));
  const openai = (filler) => chat(`bob@example.com ${filler}`);
  const gemini = (filler) => JSON.stringify({ contents: [{ role: "user", parts: [{ text: `bob@example.com ${filler}` }] }] });
  for (const [path, shape, code] of [["/v1/chat/completions", openai, "request_too_large"], [GEMINI, gemini, "INVALID_ARGUMENT"]]) {
    for (const [length, refused] of [[MAX_MUTATION_BYTES, false], [MAX_MUTATION_BYTES + 1, true], [MAX_MUTATION_BYTES * 3, true]]) {
      const request = fill(length, shape);
      for (const cuts of [[], [1000], Array.from({ length: 10 }, (_, index) => (index + 1) * 10_000)]) {
        for (const headers of [{}, { "content-length": "1" }]) {
          // With a length the headers refuse it already; a wrong one is told by the second header.
          const plugin = new Plugin(module);
          const told = exchange(plugin, { path, request, headers }, cuts);
          assert.equal(told.reply?.status, refused ? 413 : undefined, `${path} ${length}`);
          if (refused) assert.match(told.reply.body, new RegExp(code));
          assert.doesNotMatch(told.body ?? "", /bob@/);
        }
      }
    }
  }
});

test("a body without a length is refused where it grows too long, and nothing of it goes on", () => {
  const stream = new Plugin(module).stream();
  stream.request(HEAD);
  const piece = bytes("x".repeat(16 * KIB));
  for (let sent = 0; !stream.reply; sent += piece.length) {
    assert.ok(sent <= MAX_MUTATION_BYTES);
    assert.equal(stream.requestBody(piece, false).length, 0);
  }
  assert.equal(stream.reply.status, 413);
  assert.equal(stream.requestBody(piece, true).length, 0);
});

test("what can't be replaced is refused", () => {
  const stream = new Plugin(module).stream();
  stream.request(HEAD);
  stream.isReadOnly = true;
  stream.requestBody(bytes(chat("mail bob@example.com")), true);
  assert.equal(stream.reply.status, 500);
});

test("an answer that is too long is withheld, a stream of any length isn't", () => {
  const path = "/v1/chat/completions";
  const request = chat("mail bob@example.com");
  const long = answer("x".repeat(MAX_MUTATION_BYTES));
  assert.match(exchange(new Plugin(module), { path, request, answer: long }, [], [10, 100_000]).answer, /unreadable_answer/);
  const event = (content) => `data: ${JSON.stringify({ id: "1", choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`;
  const events = event("to [EMAIL_1], ").repeat(4000);
  const cuts = Array.from({ length: Math.floor(events.length / 8000) }, (_, index) => (index + 1) * 8000);
  const streamed = exchange(new Plugin(module), { path, request, answer: events, type: "text/event-stream" }, [], cuts).answer;
  assert.equal(streamed.match(/bob@example\.com/g).length, 4000);
  const huge = event("x".repeat(2 * MAX_MUTATION_BYTES));
  assert.match(exchange(new Plugin(module), { path, request, answer: huge, type: "text/event-stream" }, [], [100_000]).answer, /unreadable_answer/);
});

/** The memory of a VM with STREAMS open at once, and what each of them adds. */
function grown(name, prompt, open) {
  const plugin = new Plugin(module);
  const fresh = plugin.memory();
  // What is made at the first exchange, once for all.
  exchange(plugin, { path: "/v1/chat/completions", request: chat(PROSE.repeat(20)), answer: answer(PROSE.repeat(20)) });
  const warm = plugin.memory();
  const streams = Array.from({ length: STREAMS }, () => open(plugin.stream()));
  const full = plugin.memory();
  streams.forEach((stream) => stream.end());
  const each = (full - warm) / STREAMS;
  measured(`${name}: ${(each / KIB).toFixed(1)} KiB a stream; VM ${(fresh / MIB).toFixed(1)} MiB fresh, ${(warm / MIB).toFixed(1)} warm, ${(full / MIB).toFixed(1)} with ${STREAMS} streams`);
  return { each, full, plugin };
}

const half = (body) => bytes(body).subarray(0, Math.floor(body.length / 2));
const PROMPTS = { "1 KB": chat(PROSE.repeat(11)), "4 KB": chat(PROSE.repeat(46)) };
const EVENT = `data: ${JSON.stringify({ id: "1", choices: [{ index: 0, delta: { content: "to [EMA" }, finish_reason: null }] })}\n\n`;

for (const [name, prompt] of Object.entries(PROMPTS)) {
  const states = {
    "in the middle of the request": (stream) => (stream.request(HEAD), stream.requestBody(half(prompt), false), stream),
    "waiting for the answer": (stream) => (stream.request(HEAD), stream.requestBody(bytes(prompt), true), stream),
    "in the middle of a whole answer": (stream) => (
      states["waiting for the answer"](stream), stream.response([[":status", "200"], ["content-type", "application/json"]]), stream.responseBody(half(answer(PROSE.repeat(46))), false), stream
    ),
    "in the middle of a streamed answer": (stream) => (
      states["waiting for the answer"](stream), stream.response([[":status", "200"], ["content-type", "text/event-stream"]]), stream.responseBody(bytes(EVENT.repeat(3) + EVENT.slice(0, 20)), false), stream
    ),
  };
  for (const [state, open] of Object.entries(states)) {
    test(`memory of ${STREAMS} streams, ${name}, ${state}`, () => {
      const { each, full, plugin } = grown(`${name} ${state}`, prompt, open);
      assert.ok(each <= 16 * KIB, `${each} bytes a stream`);
      assert.ok(full <= MAX_VM_BYTES, `${full} bytes a VM`);
      // What has ended makes room for others: nothing is kept.
      for (let round = 0; round < 3; round++) Array.from({ length: STREAMS }, () => open(plugin.stream())).forEach((stream) => stream.end());
      assert.ok(plugin.memory() <= full * 1.1);
    });
  }
}

function cpu() {
  const plugin = new Plugin(module);
  for (const [name, request] of Object.entries(PROMPTS)) {
    const times = Array.from({ length: 2000 }, () => {
      const start = process.hrtime.bigint();
      exchange(plugin, { path: "/v1/chat/completions", request, answer: answer("to [EMAIL_1]. ".repeat(40)) });
      return Number(process.hrtime.bigint() - start) / 1e6;
    }).slice(500).sort((one, other) => one - other);
    measured(`${name}: ${times[750].toFixed(3)} ms at p50, ${times[1485].toFixed(3)} at p99, for request and answer together, this host's JavaScript included`);
  }
}

if (process.env.MEASURE) test("CPU of an exchange", cpu);
