"""Real services in the seats of simulators: what is possible there, and what can be seen."""
