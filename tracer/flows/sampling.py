"""What spans tell of sampling: macros over the view `spans`. Missing spans may have been left out."""

from __future__ import annotations

from pathlib import Path

import duckdb


def define_sampling(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `flow_state_samples`, `flow_attributes_sample` and `flow_services_sampled` known where `spans` is."""
    connection.execute(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
