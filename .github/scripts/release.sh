#!/usr/bin/env bash
# Makes what a release has, and publishes it:
#
#   release.sh build v1.2.3 FOLDER      the module, its bill of materials and the checksums
#   release.sh publish v1.2.3 FOLDER    to GitHub's registry and as a release; reads GITHUB_TOKEN
#
# The artifact for Istio has the media types of the "Wasm OCI image specification" (its `oci` variant), which Istio's WasmPlugin
# takes as oci://…; the image for Service Extensions is plugin.wasm FROM scratch, as Google's documentation asks ("Prepare the
# plugin code").
set -euo pipefail
command=$1 tag=$2 folder=$3
cd "$(dirname "$0")/../.."
[[ $tag =~ ^v[0-9]+\.[0-9]+\.[0-9]+(-[0-9a-z.]+)?$ ]] || { echo "release: $tag is no tag of a release (v1.2.3)" >&2; exit 2; }
version=${tag#v}
module=$folder/gateway_filter.wasm

case $command in
  build)
    grep -qx "version = \"${version%%-*}\"" Cargo.toml \
      || { echo "release: Cargo.toml has another version than $tag" >&2; exit 1; }
    git merge-base --is-ancestor HEAD origin/main \
      || { echo "release: $tag isn't on main, where it would have been reviewed" >&2; exit 1; }
    make wasm plugin workflows-tools
    mkdir -p "$folder"
    install -m 0644 target/wasm32-wasip1/wasm/gateway_filter.wasm "$module"
    install -m 0644 target/load-balancer/plugin.wasm "$folder/plugin.wasm"
    # A module keeps no list of its crates; Cargo.lock does.
    SYFT_CHECK_FOR_APP_UPDATE=false .tools/workflows/venv/bin/syft file:Cargo.lock --source-name gateway_filter.wasm \
      --source-version "$version" -q -o "spdx-json=${module%.wasm}.spdx.json"
    (cd "$folder" && sha256sum gateway_filter.wasm plugin.wasm gateway_filter.spdx.json > SHA256SUMS)
    ;;
  publish)
    registry=ghcr.io/${GITHUB_REPOSITORY,,}
    revision=$(git rev-parse HEAD)
    oras login ghcr.io --username "$GITHUB_ACTOR" --password-stdin <<< "$GITHUB_TOKEN"
    docker login ghcr.io --username "$GITHUB_ACTOR" --password-stdin <<< "$GITHUB_TOKEN"
    echo '{}' > "$folder/config.json"
    (cd "$folder" && oras push "$registry/gateway-filter:$version" \
      --config config.json:application/vnd.module.wasm.config.v1+json \
      --annotation "org.opencontainers.image.revision=$revision" --annotation "org.opencontainers.image.licenses=Apache-2.0" \
      gateway_filter.wasm:application/vnd.module.wasm.content.layer.v1+wasm)
    rm "$folder/config.json"
    install -D -m 0644 "$folder/plugin.wasm" .tools/images/prebuilt/plugin.wasm
    docker build --file envoy/Dockerfile --target plugin --build-arg MODULE=prebuilt --build-arg ENVOY_IMAGE=scratch \
      --build-arg "VERSION=$version" --build-arg "REVISION=$revision" --tag "$registry/plugin:$version" .
    docker push "$registry/plugin:$version"
    prerelease=()
    [ "$version" = "${version%%-*}" ] || prerelease=(--prerelease)
    gh release create "$tag" --verify-tag --generate-notes "${prerelease[@]}" "$folder"/*
    ;;
  *) echo "release.sh build|publish TAG FOLDER" >&2; exit 2 ;;
esac
