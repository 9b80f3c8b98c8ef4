"""Banff classification of kidney allograft pathology: editions 2017, 2019 and 2022 side by side.

Criteria and diagnoses are functions from a `Biopsy` of expressions to a three-valued answer; the editions are the
files y2017, y2019 and y2022. Points that the text leaves open are named in `readings`.
"""
