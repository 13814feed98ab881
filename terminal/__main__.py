"""`python -m terminal` is the `regrade` command."""

from terminal.cli import main

main(prog_name="regrade")
