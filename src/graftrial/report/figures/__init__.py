"""The figures: each module builds one Vega-Lite specification as plain data."""
