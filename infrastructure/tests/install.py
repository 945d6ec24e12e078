"""Lays the stand-in for the google provider out where Terraform finds it. Run by `make infra-test`, once for each version.

    install.py HOME

HOME gets schema/ (the provider's schema), tfplugin5_pb2.py (the compiled protocol), mirror/ (what Terraform installs
providers from in place of a registry) and terraform.rc, which says so.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "provider"))
import schema  # noqa: E402

PROVIDER = "8.7.0"
BINDING = "cdktn-provider-google==21.1.0"  # generated from PROVIDER


def provider_address():
    """How Terraform itself spells hashicorp/google in full: the mirror's folders are named so."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "versions.tf").write_text('terraform {\n  required_providers {\n    google = { source = "hashicorp/google" }\n  }\n}\n')
        shown = subprocess.run(["terraform", f"-chdir={folder}", "providers"], capture_output=True, text=True, check=True).stdout
    return re.search(r"provider\[([\w./-]+)\]", shown)[1]


def binding(folder):
    """Downloads the binding and returns the archive of sources inside of it."""
    subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", "-d", folder, BINDING], check=True)
    (wheel,) = Path(folder).glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        (member,) = [name for name in archive.namelist() if name.endswith(".jsii.tgz")]
        return archive.extract(member, folder)


def main(home):
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        print(schema.extract(binding(folder), home / "schema"), "schemas of resources and data sources")
    compiler = [sys.executable, "-m", "grpc_tools.protoc", f"-I{HERE / 'provider'}", f"--python_out={home}"]
    subprocess.run([*compiler, str(HERE / "provider" / "tfplugin5.proto")], check=True)
    program = home / "mirror" / provider_address() / PROVIDER / target() / f"terraform-provider-google_v{PROVIDER}"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nSTAND_IN_HOME="{home}" exec "{sys.executable}" "{HERE / "provider" / "server.py"}"\n')
    program.chmod(0o755)
    mirror = f'provider_installation {{\n  filesystem_mirror {{\n    path = "{home / "mirror"}"\n  }}\n}}\n'
    (home / "terraform.rc").write_text(mirror)


def target():
    shown = subprocess.run(["terraform", "version"], capture_output=True, text=True, check=True).stdout
    return re.search(r"^on (\w+)$", shown, re.M)[1]


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
