"""Estimators: numbers in, numbers out. Knows no medicine and no patient."""
