"""The scripts of the workflows, with made-up commands in place of those that reach a cloud: what they are called with, and what
their answers lead to."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import ROOT

DIGESTS = ["sha256:" + digit * 64 for digit in "abc"]
REPOSITORY = "europe-west1-docker.pkg.dev/acme/sluice"
IMAGE = f"{REPOSITORY}/envoy@{DIGESTS[0]}"
KEY = "projects/keys/locations/europe-west1/keyRings/sluice/cryptoKeys/sign/cryptoKeyVersions/1"
BUILT = '{"results":{"images":[' + ",".join(f'{{"name":"{REPOSITORY}/{name}:v","digest":"{digest}"}}' for name, digest in zip(["envoy", "plugin", "sidecar"], DIGESTS, strict=True)) + "]}}"


@dataclass
class Ran:
    code: int
    out: str
    err: str
    calls: list[str]


@pytest.fixture
def fake(tmp_path: Path) -> "Fake":
    return Fake(tmp_path)


class Fake:
    """Commands that write down how they are called and do what a test says, as shell."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.bin, self.log = folder, folder / "bin", folder / "calls"
        self.bin.mkdir()
        self.log.touch()

    def command(self, name: str, does: str = ":") -> None:
        path = self.bin / name
        path.write_text(f'#!/usr/bin/env bash\nset -eu\nprintf "%s\\n" "{name} $*" >> "{self.log}"\n{does}\n')
        path.chmod(0o755)

    def run(self, script: str, *arguments: str, **variables: str) -> Ran:
        environment = {"PATH": f"{self.bin}:{os.environ['PATH']}", "HOME": str(self.folder)} | variables
        done = subprocess.run([ROOT / script, *arguments], capture_output=True, text=True, env=environment, cwd=self.folder)
        return Ran(done.returncode, done.stdout, done.stderr, self.log.read_text().splitlines())


BUILD = {"PROJECT": "acme", "REGION": "europe-west1", "REPOSITORY": REPOSITORY, "SOURCES": "acme-sources", "ACCOUNT": "b@acme.iam.gserviceaccount.com"}


def builder(fake: Fake, answer: str = BUILT) -> None:
    fake.command("docker", f"echo {DIGESTS[0]}")
    fake.command("gcloud", f"echo '{answer}'")


def test_images_are_built_and_signed_by_digest(fake: Fake) -> None:
    builder(fake)
    ran = fake.run(".github/scripts/build-images.sh", "v1", **BUILD, ATTESTOR="projects/acme/attestors/a", KEY_VERSION=KEY)
    assert ran.code == 0, ran.err
    images = [f"{REPOSITORY}/{name}@{digest}" for name, digest in zip(["envoy", "plugin", "sidecar"], DIGESTS, strict=True)]
    assert ran.out.splitlines() == images
    build, sign = [call for call in ran.calls if "builds submit" in call]
    assert f"_ENVOY_IMAGE=docker.io/envoyproxy/envoy:distroless-v{(ROOT / 'envoy/VERSION').read_text().strip()}@{DIGESTS[0]}" in build
    assert f"_IMAGES={images[0]} {images[2]}," in sign and KEY in sign, "the plugin is started by nobody who asks for a signature"


def test_without_a_key_nothing_is_signed(fake: Fake) -> None:
    builder(fake)
    assert fake.run(".github/scripts/build-images.sh", "v1", **BUILD).code == 0
    assert fake.log.read_text().count("builds submit") == 1


# (what is wrong, what Cloud Build answers, the version that is asked for)
NOT_BUILT = [
    ("a version that is an option", BUILT, "--help"),
    ("an image is missing", BUILT.replace(f',{{"name":"{REPOSITORY}/sidecar:v","digest":"{DIGESTS[2]}"}}', ""), "v1"),
    ("a digest that is none", BUILT.replace(DIGESTS[1], "latest"), "v1"),
    ("no results", "{}", "v1"),
]


@pytest.mark.parametrize(("answer", "version"), [row[1:] for row in NOT_BUILT], ids=[row[0] for row in NOT_BUILT])
def test_what_is_not_whole_is_not_signed(fake: Fake, answer: str, version: str) -> None:
    builder(fake, answer)
    ran = fake.run(".github/scripts/build-images.sh", version, **BUILD, ATTESTOR="projects/acme/attestors/a", KEY_VERSION=KEY)
    assert ran.code != 0
    assert not [call for call in ran.calls if "cloudbuild-sign" in call]


def test_no_digest_of_envoy_no_build(fake: Fake) -> None:
    builder(fake)
    fake.command("docker", "echo latest")
    ran = fake.run(".github/scripts/build-images.sh", "v1", **BUILD)
    assert ran.code != 0 and "has no digest" in ran.err
    assert not [call for call in ran.calls if call.startswith("gcloud")]


def test_signing(fake: Fake) -> None:
    fake.command("gcloud", 'case "$*" in *create-signature-payload*) echo payload ;; esac')
    ran = fake.run("infrastructure/scripts/sign-image.sh", IMAGE, "projects/acme/attestors/a", KEY)
    assert ran.code == 0, ran.err
    verbs = ["attestations list", "create-signature-payload", "kms asymmetric-sign", "attestations create"]
    assert [verb for call, verb in zip(ran.calls, verbs, strict=True) if verb in call] == verbs
    assert "--project=keys --location=europe-west1 --keyring=sluice --key=sign --version=1" in ran.calls[2]
    assert f"--public-key-id=//cloudkms.googleapis.com/v1/{KEY} --validate" in ran.calls[3]


def test_what_is_signed_is_not_signed_again(fake: Fake) -> None:
    fake.command("gcloud", "echo projects/acme/occurrences/1")
    ran = fake.run("infrastructure/scripts/sign-image.sh", IMAGE, "projects/acme/attestors/a", KEY)
    assert ran.code == 0 and len(ran.calls) == 1


@pytest.mark.parametrize("arguments", [[f"{REPOSITORY}/envoy:v1", "projects/acme/attestors/a", KEY], [IMAGE, "a", KEY], [IMAGE, "projects/acme/attestors/a", "sign"]], ids=["a tag", "an attestor's short name", "a key's short name"])
def test_signing_wants_whole_names(fake: Fake, arguments: list[str]) -> None:
    fake.command("gcloud")
    ran = fake.run("infrastructure/scripts/sign-image.sh", *arguments)
    assert ran.code == 2 and not ran.calls


@pytest.mark.parametrize(("code", "said", "expected"), [(0, "false", 0), (2, "true", 0), (1, None, 1)], ids=["no changes", "changes", "an error"])
def test_plan(fake: Fake, code: int, said: str | None, expected: int) -> None:
    """Terraform's exit code decides; the variables go into the file as they are, whatever they hold."""
    home = fake.folder / "repository"
    for part in (".github/scripts", "infrastructure/environments/dev"):
        shutil.copytree(ROOT / part, home / part, ignore=shutil.ignore_patterns(".terraform*", "*.tfvars"))
    fake.command("terraform", f'case "$1" in plan) exit {code} ;; show) echo "{{}}" ;; esac')
    value = 'project_id = "$(touch pwned) `id` %s"'
    out = fake.folder / "out"
    ran = fake.run(str(home / ".github/scripts/plan.sh"), "dev", str(out), "-lock=false", BUCKET="acme-state", TFVARS=value)
    assert ran.code == expected, ran.err
    assert (home / "infrastructure/environments/dev/terraform.tfvars").read_text() == value + "\n"
    assert "-backend-config=bucket=acme-state" in ran.calls[0] and "-lock=false" in ran.calls[1]
    assert ((out / "changes").read_text().strip() if (out / "changes").exists() else None) == said


def test_a_release_is_published_with_the_media_types_of_wasm(fake: Fake) -> None:
    home = fake.folder / "repository"
    shutil.copytree(ROOT / ".github/scripts", home / ".github/scripts")
    dist = fake.folder / "dist"
    dist.mkdir()
    for module in ("gateway_filter.wasm", "plugin.wasm"):
        (dist / module).write_bytes(b"\0asm")
    for name in ("oras", "docker", "gh"):
        fake.command(name, 'case "$*" in login*) cat > /dev/null ;; esac')
    fake.command("git", "echo 0123")
    ran = fake.run(str(home / ".github/scripts/release.sh"), "publish", "v1.2.3-rc.1", str(dist), GITHUB_REPOSITORY="Acme/Sluice", GITHUB_ACTOR="a", GITHUB_TOKEN="t")
    assert ran.code == 0, ran.err
    (push,) = [call for call in ran.calls if call.startswith("oras push")]
    assert push.startswith("oras push ghcr.io/acme/sluice/gateway-filter:1.2.3-rc.1 ")
    assert push.endswith("gateway_filter.wasm:application/vnd.module.wasm.content.layer.v1+wasm")
    assert [call for call in ran.calls if call.startswith("gh release create v1.2.3-rc.1 --verify-tag --generate-notes --prerelease")]
    assert not [call for call in ran.calls if " t " in f" {call} "], "a token is no argument"


@pytest.mark.parametrize("tag", ["1.2.3", "v1.2", "v1.2.3;id", "main"])
def test_a_release_has_a_version(fake: Fake, tag: str) -> None:
    assert fake.run(".github/scripts/release.sh", "publish", tag, "dist").code == 2


# (what is compiled the second time, whether that is the same)
COMPILED = [("one", True), ("two", False), (None, False)]


@pytest.mark.parametrize(("second", "same"), COMPILED, ids=["the same", "another", "nothing"])
def test_two_builds_are_compared(fake: Fake, second: str | None, same: bool) -> None:
    """A made-up docker, whose builds write one file each."""
    write = f'case "$dest" in */1/*) echo one > "$dest/out" ;; *) {f"echo {second} > $dest/out" if second else ":"} ;; esac'
    fake.command("docker", f'if [ "$1" = build ]; then for a in "$@"; do case $a in type=local,dest=*) dest=${{a#*dest=}} ;; esac; done; mkdir -p "$dest"; {write}; fi')
    ran = fake.run("tests/images/reproduce.sh")
    assert (ran.code == 0) is same, ran.err
    assert ("the same twice" in ran.out) is same
    # Four builds, each after the caches were emptied.
    assert [call.split()[1] for call in ran.calls] == ["builder", "build"] * 4
