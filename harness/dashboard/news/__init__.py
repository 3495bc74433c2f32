"""What has changed on the wall, sent to everybody who has it open, as server-sent events."""
