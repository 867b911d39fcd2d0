"""Clausier for hosts of the Model Context Protocol: tools that read, and passages as resources.

`tools` says what each call does and how it is told, `contract` reads a contract for review, `server` speaks the protocol, on
standard input and output (`clausier mcp`) and over HTTP (`web/routes/mcp.py`). Nothing here writes: no tool changes or keeps
anything, and a contract is gone once its review is told.
"""
