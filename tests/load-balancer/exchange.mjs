// Runs one golden case against a plugin, its bodies cut as asked.

const encoder = new TextEncoder();

/** `body` as pieces; `cuts` are offsets in bytes. */
export function cut(body, cuts) {
  const bytes = encoder.encode(body);
  const ends = [...cuts, bytes.length];
  return ends.map((end, index) => bytes.slice(index ? ends[index - 1] : 0, end));
}

/** What pieces joined say. */
export const text = (pieces) => new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(pieces));

const sorted = (headers) => Object.fromEntries([...headers].sort(([one], [other]) => (one < other ? -1 : 1)));

/** Sends `pieces` one by one; the last says that it is the last. */
function pass(pieces, push) {
  const out = [];
  for (const [index, piece] of pieces.entries()) {
    const given = push(piece, index === pieces.length - 1);
    if (given === null) break;
    out.push(given);
  }
  return text(out);
}

/** What becomes of a case's request and answer: `{ sent, body, answered, answer }`, or `{ reply }` for what was refused. */
export function exchange(plugin, { path, method = "POST", headers = {}, request, answer, type = "application/json", answered = {}, status = 200 }, requestCuts = [], answerCuts = []) {
  const stream = plugin.stream();
  try {
    const head = [[":method", method], [":path", path], [":authority", "llm.example"], ["accept-encoding", "gzip"], ...Object.entries(headers)];
    if (request !== undefined) head.push(["content-type", "application/json"], ["content-length", String(encoder.encode(request).length)]);
    const sent = stream.request(head, request === undefined);
    const told = () => ({ reply: { status: stream.reply.status, headers: sorted(stream.reply.headers.map(([name, value]) => [name, text([value])])), body: text([stream.reply.body]) } });
    if (stream.reply) return told();
    const body = request === undefined ? undefined : pass(cut(request, requestCuts), (piece, ends) => {
      const given = stream.requestBody(piece, ends);
      return stream.reply ? null : given;
    });
    if (stream.reply) return { ...told(), body };
    const result = { sent: sorted(sent), ...(body !== undefined && { body }) };
    if (answer !== undefined) {
      const length = String(encoder.encode(answer).length);
      result.answered = sorted(stream.response([[":status", String(status)], ["content-type", type], ["content-length", length], ...Object.entries(answered)]));
      result.answer = pass(cut(answer, answerCuts), (piece, ends) => stream.responseBody(piece, ends));
    }
    return result;
  } finally {
    stream.end();
  }
}
