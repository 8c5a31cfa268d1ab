"""`python -m eventyard`: the command line where its console script is not on the path."""

from eventyard.cli.entry import main

main()
