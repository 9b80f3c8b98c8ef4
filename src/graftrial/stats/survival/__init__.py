"""Time to an event: curves, competing events, restricted means, comparisons and regressions for small samples.

lifelines is not used: it would bring pandas into the core, and its Aalen-Johansen jitters tied times at random.
"""
