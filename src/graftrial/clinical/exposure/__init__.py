"""Exposure beside the product: body surface, cumulative doses, complete courses, tacrolimus variability."""
