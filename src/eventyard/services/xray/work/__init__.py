"""What happens by itself: datagrams are gathered, segments folded into the map, old traces forgotten and sent on."""
