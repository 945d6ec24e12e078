"""Starts the BigQuery emulator without the extensions that it would download, which nothing here uses."""

import sys

import bqemulator.storage.engine as engine
from bqemulator.cli import main

(duckdb,) = [kind for kind in vars(engine).values() if isinstance(kind, type) and "_load_spatial" in vars(kind)]
for extension in ("_load_spatial", "_load_format_extensions"):
    setattr(duckdb, extension, lambda self: None)
sys.exit(main())
