"""The agreement as a PDF, its signatures and seal, and what can be said of a file that somebody shows.

Nothing in here knows a model: bytes and dataclasses come in, bytes and a verdict go out.
"""
