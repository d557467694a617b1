"""The explorer: events, their flows and their spans on a terminal screen (Textual).

For people; programs use the command line. May import `tracer` (flows, store, render), knows no SQL.
"""
