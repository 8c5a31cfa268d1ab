"""What tests of several folders stand on: a platform on a free port, and clients that talk to it."""
