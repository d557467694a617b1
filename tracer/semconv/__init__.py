"""Every generation of messaging attributes, one vocabulary (semantic conventions v1.44).

For whoever turns spans into rows. Pure: Arrow in, Arrow out; imports nothing of ours.
"""

from tracer.semconv.names import COLUMNS, Column, Source
from tracer.semconv.normalise import MESSAGING, normalise
from tracer.semconv.values import Attributes

__all__ = ["COLUMNS", "MESSAGING", "Attributes", "Column", "Source", "normalise"]
