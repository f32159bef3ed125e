"""`python -m practicegraph.cli`."""

from practicegraph.cli import main

main()
