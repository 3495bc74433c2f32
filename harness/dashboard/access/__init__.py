"""Who may see and do what on the wall: tokens, login, sessions, and what every answer carries to keep them safe."""
