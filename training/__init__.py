"""Scripts that write the derived numbers inside the package from the public data sets; tests check them."""
