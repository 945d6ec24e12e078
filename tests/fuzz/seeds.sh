#!/usr/bin/env bash
# Copies what the tests are fed into the corpus of one target: a row of a table or of a JSON Lines file is a seed, and so
# is each golden file. Run from the repository's root: tests/fuzz/seeds.sh TARGET
set -euo pipefail
corpus=tests/fuzz/corpus/$1
mkdir -p "$corpus"

# Each line of the files as a file of its own, the marks of findings (⟦TYPE|…⟧, ¦) taken out.
rows() {
  local file
  for file in "$@"; do
    sed -E 's/⟦[A-Z_]+\|//g; s/⟦|⟧|¦//g' "$file" |
      awk -v to="$corpus/$(basename "$file")" 'NF { out = to "." NR; printf "%s", $0 > out; close(out) }'
  done
}

case $1 in
  body)
    for kind in requests answers; do
      for file in filters/chat/tests/golden/$kind/*.json; do cp "$file" "$corpus/$kind.$(basename "$file")"; done
    done
    # A row of events holds its body as a string.
    "${PYTHON:-python3}" - "$corpus" filters/chat/tests/golden/events/*.jsonl <<'END'
import json, pathlib, sys
for path in map(pathlib.Path, sys.argv[2:]):
    for number, row in enumerate(path.read_text().splitlines()):
        data = json.loads(row).get("data")
        if isinstance(data, str):
            pathlib.Path(sys.argv[1], f"{path.name}.{number}").write_text(data)
END
    ;;
  sse) cp filters/chat/tests/golden/*/*.sse "$corpus" ;;
  placeholder | redact | stream) rows filters/pii/tests/data/*.txt ;;
  rules)
    printf 'EMP-[0-9]{4,8}\nlc\nstaff id EMP-12345678' >"$corpus/digits"
    printf '(?i)ab?c+?(d|e){1,9}\n\nabcccde ABCDDD' >"$corpus/letters"
    printf '[a-z]{1,64}@x[.]io\n\nbob@x.io' >"$corpus/address"
    ;;
  policy)
    printf '{"budgets":{"default":{"tenant_tokens_per_minute":2000,"user_tokens_per_minute":1000}}}' >"$corpus/least"
    # The block that docs/configuration.md shows, with what is needed besides.
    awk '/^"redaction": \{/ { on = 1; print "{" } /^```/ && on { exit } on' docs/configuration.md >"$corpus/documented"
    printf ',"budgets":{"default":{"tenant_tokens_per_minute":2000,"user_tokens_per_minute":1000}}}' >>"$corpus/documented"
    ;;
  *)
    echo "no such target: $1" >&2
    exit 1
    ;;
esac
