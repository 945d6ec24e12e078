#!/usr/bin/env bash
# Compiles what is in the images twice, from nothing, on the official bases, and compares:  reproduce.sh
#
# Needs docker with buildx, and the registries of the bases. Caches of earlier builds are emptied, the mounted ones too: else the
# second build would be the first one's.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
epoch=$(git show -s --format=%ct HEAD)

compile() { # DOCKERFILE NUMBER
  docker builder prune --all --force > /dev/null
  docker build --no-cache --file "$1" --target compiled-only --build-arg ENVOY_IMAGE=scratch --build-arg "SOURCE_DATE_EPOCH=$epoch" \
    --output "type=local,dest=$folder/$2" .
}

for number in 1 2; do
  compile envoy/Dockerfile "$number/filter"
  compile cache-sidecar/Dockerfile "$number/sidecar"
done
(cd "$folder/1" && find . -type f -exec sha256sum {} + | sort) > "$folder/sums"
[ -s "$folder/sums" ] || { echo "reproduce: nothing was compiled" >&2; exit 1; }
cat "$folder/sums"
(cd "$folder/2" && sha256sum --check --strict --quiet "$folder/sums")
echo "the same twice"
