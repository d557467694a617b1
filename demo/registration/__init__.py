"""The user registration demo: one event, five services that react, and one of them breaks without anybody noticing."""
