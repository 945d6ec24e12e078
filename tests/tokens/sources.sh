#!/usr/bin/env bash
# Puts the packages whose texts corpus.py cuts up below FOLDER: sources.sh FOLDER PIP
set -euo pipefail
folder=$1 pip=$2
mkdir -p "$folder/pypi" "$folder/crates" "$folder/downloads"
"$pip" download --quiet --disable-pip-version-check --no-deps --no-binary :all: --dest "$folder/downloads" Django==5.2.8
"$pip" download --quiet --disable-pip-version-check --no-deps --dest "$folder/downloads" wagtail==8.0.1 weblate==5.14.3
mkdir -p "$folder/pypi/django" "$folder/pypi/wagtail" "$folder/pypi/weblate"
tar --extract --gzip --strip-components 1 --directory "$folder/pypi/django" --file "$folder"/downloads/django-*.tar.gz
for package in wagtail weblate; do
  python3 -m zipfile --extract "$folder"/downloads/$package-*.whl "$folder/pypi/$package"
done
# Cargo has unpacked these to build the workspace.
cargo fetch --quiet --locked
for crate in axum hyper moka regex-automata reqwest ring rustls serde_json tokio; do
  version=$(sed -n "/^name = \"$crate\"\$/{n;s/version = \"\(.*\)\"/\1/p}" Cargo.lock)
  cp --recursive --update "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*/"$crate-$version" "$folder/crates/"
done
ln -sfn "$PWD/.tools/tokenizers/node_modules" "$folder/node_modules"
