"""Spans from and to bytes and files."""
