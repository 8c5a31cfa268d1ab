"""What happens to lines: `arriving.py` is where all of them come in; the other files say what that brings about, and
what falls due by itself."""
