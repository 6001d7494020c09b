"""The accounts file: TOML that people write and commands edit, one table for each account."""
