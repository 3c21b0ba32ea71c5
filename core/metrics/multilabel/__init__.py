"""Several labels a sample."""
