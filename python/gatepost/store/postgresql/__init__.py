"""The store in PostgreSQL; what of it needs psycopg is imported where it is used."""
