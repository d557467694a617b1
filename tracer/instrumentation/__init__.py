"""Embedded in services: wraps messaging clients. Knows OpenTelemetry and the client, nothing else of ours."""
