"""The sections of the report, one module per subject, in the order in which a reader meets them."""
