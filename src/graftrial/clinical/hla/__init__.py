"""HLA: names of antigens and alleles, their serologic equivalents, mismatches, eplets. Knows no file and no patient."""
