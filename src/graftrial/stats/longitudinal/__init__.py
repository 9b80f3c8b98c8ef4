"""Repeated values per patient: slopes, their summaries, mixed models with small-sample tests, loss as an outcome."""
