"""What receives spans: OTLP over gRPC and HTTP, the durable journal, the writer that fills the lake."""
