"""Benchmarks: each claim about speed, measured beside a peer or the raw engine in the same run.

`python -m benchmarks` runs them and prints the tables of docs/performance.md.
"""
