"""Follows the logs and reviews under the reports folder, whoever writes them."""
