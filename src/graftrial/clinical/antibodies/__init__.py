"""HLA antibodies: positivity, change, response class, calls of single-antigen beads. Knows no file and no patient."""
