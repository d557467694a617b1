"""Messaging attributes of every generation, turned into one vocabulary. Pure: Arrow in, Arrow out."""
