"""The command line: one function a verb, no logic of its own.

Its modules are the only ones that import ours inside functions: `clausier --help` must not wait for what a verb needs.
"""
