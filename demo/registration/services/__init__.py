"""The services of user registration: ordinary kafka-python programs that know nothing of tracing.

Each is a process of its own (`python crm_service.py`) and takes its settings from the environment.
"""
