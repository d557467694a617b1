"""The lake: schema, migrations, writing a batch, reading. The only place that knows DuckLake."""
