"""What the screen is put together from: panels, and functions that write their lines."""
