"""Corpora too large for one store: read in parts, on many processes or machines."""
