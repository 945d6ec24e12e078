"""Each module's example and each environment: valid, applied, at rest; and how the files are written."""

import re

import pytest
from conftest import ENVIRONMENTS, INFRASTRUCTURE, MODULES, Failed, applied_environment, applied_example, example, terraform, workspace

BLOCK = re.compile(r'^(variable|output) "(\w+)" \{\n(.*?)^\}', re.M | re.S)


def test_format():
    terraform(INFRASTRUCTURE, "fmt", "-check", "-recursive", "-diff")


@pytest.mark.parametrize("module", MODULES)
def test_example(module):
    assert applied_example(module).resources


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_environment(environment):
    assert applied_environment(environment).resources


@pytest.mark.parametrize(("environment", "absent"), [("dev", ["images", "cache_key_version"]), ("prod", ["backend", "perimeter"])])
def test_first_apply(environment, absent):
    """What comes later (images, the cluster's endpoint groups) can be left out: the first apply is without it."""
    applied_environment(environment)
    folder = workspace() / "environments" / environment
    given = (folder / "example.tfvars").read_text()
    for name in absent:
        given = re.sub(rf"^{name}\s*= (\{{\n.*?^\}}|.*?$)", "", given, flags=re.M | re.S)
    (folder / "first.tfvars").write_text(given)
    terraform(folder, "init", "-input=false")
    planned = terraform(folder, "plan", "-input=false", "-state=none.tfstate", "-var-file=first.tfvars")
    assert "google_compute_backend_service" not in planned


@pytest.mark.parametrize("module", MODULES)
def test_written_so_that_it_can_be_read(module):
    folder = INFRASTRUCTURE / "modules" / module
    assert not (folder / "main.tf").exists(), "files are named by entity"
    assert f'source     = "../../modules/{module}"' in re.sub(" +=", "     =", example(module)).replace("source      =", "source     =")
    for path in folder.glob("*.tf"):
        assert path.read_text().count("\n") <= 250, f"{path.name} holds more than one idea"
        for kind, name, body in BLOCK.findall(path.read_text()):
            assert re.search(r"^  description\s*= ", body, re.M), f"{kind} {name} has no description"
            if kind == "variable":
                assert re.search(r"^  type\s*= ", body, re.M), f"variable {name} has no type"
            assert body.count("validation {") == body.count("error_message"), f"{name}: a validation without a message"


@pytest.mark.parametrize("path", sorted(INFRASTRUCTURE.glob("*/*/versions.tf")), ids=lambda path: path.parent.name)
def test_versions_are_pinned(path):
    text = path.read_text()
    assert f'"~> {(INFRASTRUCTURE / "VERSION").read_text().strip()}"' in text
    assert 'version = "8.7.0"' in text


# The stand-in is not a rubber stamp: each row is a mistake that it finds. (what, in google_pubsub_topic, what it says)
MISTAKES = [
    ("an argument that doesn't exist", 'name = "usage"\n  retention = "1d"', 'argument named "retention" is not expected'),
    ("an argument that is missing", "", 'argument "name" is required'),
    ("a wrong type", 'name = "usage"\n  labels = "x"', "map of string required"),
    ("a block that doesn't exist", 'name = "usage"\n  schema {}', 'Blocks of type "schema" are not expected'),
    ("a block too many", 'name = "usage"\n  schema_settings { schema = "a" }\n  schema_settings { schema = "b" }', "No more than 1"),
    ("a block without its argument", 'name = "usage"\n  schema_settings {}', 'argument "schema" is required'),
    ("a value outside of an enum", 'name = "usage"\n  schema_settings {\n    schema = "a"\n    encoding = "YAML"\n  }', "expected encoding to be one of"),
    ("a computed attribute that is set", 'name = "usage"\n  effective_labels = {}', "Can't configure a value"),
    ("a name that Google refuses", 'name = "goog-usage"', "does not match"),
]


@pytest.mark.parametrize(("arguments", "says"), [row[1:] for row in MISTAKES], ids=[row[0] for row in MISTAKES])
def test_stand_in_finds(arguments, says):
    folder = workspace() / "mistakes"
    if not folder.exists():
        folder.mkdir()
        (folder / "versions.tf").write_text((INFRASTRUCTURE / "modules/kms/versions.tf").read_text())
        terraform(folder, "init", "-input=false")
    (folder / "mistake.tf").write_text(f'resource "google_pubsub_topic" "this" {{\n  {arguments}\n}}\n')
    with pytest.raises(Failed) as failure:
        terraform(folder, "validate")
    assert says in re.sub(r"\s+", " ", str(failure.value))
