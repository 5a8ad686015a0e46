"""How the application hears of events."""
