"""What writes the generated pages of the manual: one module a part, each from the code or the tests themselves."""
