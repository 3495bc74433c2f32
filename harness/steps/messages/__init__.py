"""What the steps see of messages: which carries what, waiting for one, and the rules run over it."""
