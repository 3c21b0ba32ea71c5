"""What a class keeps between visits: its ranking, behind a SQLAlchemy URL. Imports no domain."""
