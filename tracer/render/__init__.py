"""Flows and maps as text and JSON."""
