"""A batch of spans as one Parquet file, made by Arrow: half the CPU of an INSERT and two thirds of its bytes.

DuckLake takes the file over with `ducklake_add_data_files`. The name is the batch's number: what a killed writer left
behind is known by its number and written over.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tracer.store.schema import SPANS

ROW_GROUP = 20_480
"""Rows a row group: keeps the memory of merging low and lookups quick."""

PLAIN = {"trace_id", "span_id", "parent_span_id", "start_ns", "end_ns", "links.list.element.trace_id"}
"""Nearly every value is another one: a dictionary would be built and thrown away."""


def file_of(directory: Path, batch: int) -> Path:
    """The file of a batch."""
    return directory / f"batch-{batch:012d}.parquet"


def write_batch(file: Path, spans: pa.Table) -> None:
    """Write spans (schema.SPANS), with statistics where a filter uses them; OSError when the disk is full."""
    pq.write_table(
        spans,
        file,
        row_group_size=ROW_GROUP,
        compression="zstd",
        compression_level=1,
        use_dictionary=[leaf for leaf in _leaves() if leaf not in PLAIN],
        write_statistics=[leaf for leaf in _leaves() if "." not in leaf],
        store_schema=False,
    )


def remove_left_over(directory: Path, newest: int) -> None:
    """Delete the files of batches after `newest`: they never got into the catalog."""
    for file in directory.glob("batch-*.parquet"):
        number = file.stem.removeprefix("batch-")
        if number.isdecimal() and int(number) > newest:
            file.unlink(missing_ok=True)


def _leaves() -> Iterator[str]:
    for field in SPANS:
        if pa.types.is_list(field.type):
            yield from (f"{field.name}.list.element.{child.name}" for child in field.type.value_type)
        else:
            yield field.name
