// A Proxy-Wasm host with what Google's load balancers offer to plugins, and nothing else: a module that imports more can't be
// instantiated. It keeps no body, delivers no trailers, and takes no mutation above 128 KiB.
//
// It isn't Google's runtime: callbacks and host calls follow the Proxy-Wasm specification 0.2.1, the limits Google's documentation.

import { readFileSync } from "node:fs";

export const MAX_MUTATION_BYTES = 128 * 1024;
export const MAX_MODULE_BYTES = 5 * 1024 * 1024;

const OK = 0, NOT_FOUND = 1, BAD_ARGUMENT = 2;
const CONTINUE = 0;
const BODIES = { 0: "request", 1: "response" };
const MAPS = { 0: "request", 2: "response" };
const CONFIGURATION = 7;
const LEVELS = ["trace", "debug", "info", "warn", "error", "critical"];

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });
const bytes = (value) => (typeof value === "string" ? encoder.encode(value) : value);

/** Compiles `file` once; each `Plugin` of it is one VM. */
export function load(file) {
  const code = readFileSync(file);
  return { module: new WebAssembly.Module(code), size: code.length };
}

/** One VM with one plugin in it, and any number of streams. */
export class Plugin {
  #next = 2;
  #current = null;
  #configuration;

  constructor(module, configuration = "{}") {
    this.#configuration = bytes(configuration);
    /** Lines that the plugin logged. */
    this.log = [];
    const instance = new WebAssembly.Instance(module, { env: this.#calls(), wasi_snapshot_preview1: this.#wasi() });
    this.wasm = instance.exports;
    this.wasm._initialize?.();
    this.wasm.proxy_on_context_create(1, 0);
    if (!this.wasm.proxy_on_vm_start(1, 0) || !this.wasm.proxy_on_configure(1, this.#configuration.length)) {
      throw new Error(`the plugin refused its configuration: ${this.log.join("; ")}`);
    }
  }

  /** The VM's memory, in bytes. It never shrinks. */
  memory() {
    return this.wasm.memory.buffer.byteLength;
  }

  stream() {
    return new Stream(this, this.#next++);
  }

  /** Runs `callback` with `stream` as the one that host calls are about. */
  within(stream, callback) {
    this.#current = stream;
    try {
      return callback(this.wasm);
    } finally {
      this.#current = null;
    }
  }

  #view() {
    return new DataView(this.wasm.memory.buffer);
  }

  #read(at, size) {
    return new Uint8Array(this.wasm.memory.buffer, at, size).slice();
  }

  #text(at, size) {
    return decoder.decode(this.#read(at, size));
  }

  #give(value, at, size) {
    const address = value.length ? this.wasm.proxy_on_memory_allocate(value.length) : 0;
    new Uint8Array(this.wasm.memory.buffer, address, value.length).set(value);
    this.#view().setUint32(at, address, true);
    this.#view().setUint32(size, value.length, true);
    return OK;
  }

  #map(kind) {
    return this.#current?.headers(MAPS[kind]);
  }

  #pairs(at) {
    const view = this.#view();
    const count = view.getUint32(at, true);
    let text = at + 4 + count * 8;
    const take = (size) => [this.#read(text, size), (text += size + 1)][0];
    return Array.from({ length: count }, (_, index) => {
      const sizes = at + 4 + index * 8;
      const name = take(view.getUint32(sizes, true));
      return [decoder.decode(name), take(view.getUint32(sizes + 4, true))];
    });
  }

  #calls() {
    const change = (kind, key, size, edit) => {
      const map = this.#map(kind);
      if (!map) return BAD_ARGUMENT;
      edit(map, this.#text(key, size).toLowerCase());
      return OK;
    };
    const mutation = (size) => {
      if (size > MAX_MUTATION_BYTES) throw new Error(`a mutation of ${size} bytes`);
    };
    return {
      proxy_log: (level, at, size) => (this.log.push(`${LEVELS[level]}: ${this.#text(at, size)}`), OK),
      proxy_get_current_time_nanoseconds: (at) => (this.#view().setBigUint64(at, this.#current?.time ?? 1n, true), OK),
      proxy_get_property: () => NOT_FOUND,
      proxy_get_header_map_value: (kind, key, size, at, length) => {
        const found = this.#map(kind)?.find(([name]) => name === this.#text(key, size).toLowerCase());
        return found ? this.#give(bytes(found[1]), at, length) : NOT_FOUND;
      },
      proxy_replace_header_map_value: (kind, key, size, at, length) =>
        change(kind, key, size, (map, name) => {
          mutation(length);
          const value = this.#read(at, length);
          const index = map.findIndex(([known]) => known === name);
          if (index < 0) map.push([name, value]);
          else map[index] = [name, value];
        }),
      proxy_add_header_map_value: (kind, key, size, at, length) =>
        change(kind, key, size, (map, name) => map.push([name, this.#read(at, length)])),
      proxy_remove_header_map_value: (kind, key, size) =>
        change(kind, key, size, (map, name) => map.splice(0, map.length, ...map.filter(([known]) => known !== name))),
      proxy_get_header_map_pairs: (kind, at, size) => {
        const map = this.#map(kind);
        if (!map) return BAD_ARGUMENT;
        const pairs = map.map(([name, value]) => [bytes(name), bytes(value)]);
        const total = 4 + pairs.reduce((sum, [name, value]) => sum + 10 + name.length + value.length, 0);
        const out = new Uint8Array(total);
        const view = new DataView(out.buffer);
        view.setUint32(0, pairs.length, true);
        let text = 4 + pairs.length * 8;
        pairs.forEach((pair, index) =>
          pair.forEach((part, side) => {
            view.setUint32(4 + index * 8 + side * 4, part.length, true);
            out.set(part, text);
            text += part.length + 1;
          }),
        );
        return this.#give(out, at, size);
      },
      proxy_set_header_map_pairs: (kind, at) => {
        const map = this.#map(kind);
        if (!map) return BAD_ARGUMENT;
        map.splice(0, map.length, ...this.#pairs(at));
        return OK;
      },
      proxy_get_buffer_bytes: (kind, start, size, at, length) => {
        const body = kind === CONFIGURATION ? this.#configuration : this.#current?.piece(BODIES[kind]);
        return body ? this.#give(body.subarray(start, Math.min(body.length, start + (size >>> 0))), at, length) : BAD_ARGUMENT;
      },
      proxy_set_buffer_bytes: (kind, start, size, at, length) => {
        const body = this.#current?.piece(BODIES[kind]);
        if (!body || this.#current.isReadOnly || start !== 0 || size >>> 0 < body.length) return BAD_ARGUMENT;
        mutation(length);
        this.#current.replace(this.#read(at, length));
        return OK;
      },
      proxy_send_local_response: (status, _details, _detailsSize, at, size, headers) => {
        this.#current.reply = { status, headers: headers ? this.#pairs(headers) : [], body: this.#read(at, size) };
        return OK;
      },
    };
  }

  #wasi() {
    return {
      random_get: (at, size) => (crypto.getRandomValues(new Uint8Array(this.wasm.memory.buffer, at, size)), OK),
      environ_get: () => OK,
      environ_sizes_get: (count, size) => (this.#view().setUint32(count, 0, true), this.#view().setUint32(size, 0, true), OK),
      fd_write: () => 8,
      proc_exit: (code) => {
        throw new Error(`the plugin ended its VM with ${code}`);
      },
    };
  }
}

/** One HTTP exchange. Its parts are sent in order; what goes on, or comes back, is what each call returns. */
export class Stream {
  #plugin;
  #id;
  #phase = null;
  #headers = { request: null, response: null };
  #piece = null;
  reply = null;
  /** Refuses to replace bodies. */
  isReadOnly = false;
  /** Frozen for the stream, as in Google's runtime. */
  time = 1_750_000_000_000_000_000n;

  constructor(plugin, id) {
    this.#plugin = plugin;
    this.#id = id;
    this.#within((wasm) => wasm.proxy_on_context_create(id, 1));
  }

  #within(callback) {
    return this.#plugin.within(this, callback);
  }

  headers(side) {
    return this.#phase === `${side} headers` ? this.#headers[side] : null;
  }

  piece(side) {
    return this.#phase === `${side} body` ? this.#piece : null;
  }

  replace(bytes) {
    this.#piece = bytes;
  }

  #send(side, headers, ends) {
    this.#phase = `${side} headers`;
    this.#headers[side] = headers.map(([name, value]) => [name.toLowerCase(), bytes(value)]);
    const action = this.#within((wasm) => wasm[`proxy_on_${side}_headers`](this.#id, headers.length, ends ? 1 : 0));
    this.#expectFlow(action);
    return this.#headers[side].map(([name, value]) => [name, decoder.decode(value)]);
  }

  #push(side, piece, ends) {
    this.#phase = `${side} body`;
    this.#piece = piece;
    this.#expectFlow(this.#within((wasm) => wasm[`proxy_on_${side}_body`](this.#id, piece.length, ends ? 1 : 0)));
    return this.#piece;
  }

  // This runtime holds nothing back, so a plugin that asks for a pause would lose what it wanted to hold.
  #expectFlow(action) {
    if (action !== CONTINUE && !this.reply) throw new Error("the plugin paused, and nothing would hold what it has");
  }

  request(headers, ends = false) {
    return this.#send("request", headers, ends);
  }

  requestBody(piece, ends) {
    return this.#push("request", piece, ends);
  }

  response(headers, ends = false) {
    return this.#send("response", headers, ends);
  }

  responseBody(piece, ends) {
    return this.#push("response", piece, ends);
  }

  end() {
    this.#phase = null;
    this.#within((wasm) => {
      wasm.proxy_on_done(this.#id);
      wasm.proxy_on_delete(this.#id);
    });
  }
}
