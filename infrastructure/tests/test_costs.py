"""The costs that the README names are what the script says of the environments as they are."""

import json
import sys

import pytest
from conftest import INFRASTRUCTURE, applied_environment

sys.path.insert(0, str(INFRASTRUCTURE / "costs"))
import costs  # noqa: E402


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_readme(environment):
    table = costs.table_of(environment, applied_environment(environment).state["values"])
    print(f"\n{table}")
    readme = (INFRASTRUCTURE / "README.md").read_text()
    assert table in readme, f"infrastructure/README.md should read:\n{table}"
    assert json.loads((INFRASTRUCTURE / "costs/prices.json").read_text())["date"] in readme
    assert json.loads((INFRASTRUCTURE / "costs/usage.json").read_text())[environment]["what"] in readme


def test_what_was_read_is_a_price():
    table = json.loads((INFRASTRUCTURE / "costs/prices.json").read_text())
    pages = {page: names for page, names in table["read"].items() if page != "date"}
    assert all(page.startswith("https://cloud.google.com/") for page in pages)
    assert {name for names in pages.values() for name in names} < table["prices"].keys(), "the rest is from memory"
