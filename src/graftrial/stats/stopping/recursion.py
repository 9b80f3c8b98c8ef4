"""The exact path of a count under a boundary: probability by probability, patient by patient."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from graftrial.stats.stopping.tails import Floats, Ints


def reached(n_at_look: Sequence[int], least: Ints, p: Floats) -> Floats:
    """P(x events at a look and not stopped before it), exact.

    n_at_look: K looks, rising. least: (R, K) events that stop at each look. p: (R,) event probability of each row.
    Returns: (K, R, n_K + 1); what lies at or above `least` is what stops at that look.
    References: f_k = g_k where x is below the boundary, g_k = f_(k-1) convolved with the binomial of the new patients.
    """
    width = n_at_look[-1] + 1
    goes_on = (np.arange(width) < np.asarray(least).T[:, :, None]).astype(np.float64)
    event, none = p[:, None], 1.0 - p[:, None]
    state = np.zeros((len(p), width))
    state[:, 0] = 1.0
    found = np.empty((len(n_at_look), len(p), width))
    treated = 0
    for look, n in enumerate(n_at_look):
        for _ in range(n - treated):
            with_event = state[:, :-1] * event
            state *= none
            state[:, 1:] += with_event
        treated = n
        found[look] = state
        state *= goes_on[look]
    return found


def stops(found: Floats, least: Ints) -> Floats:
    """(K, R) probability of stopping at each look."""
    crosses = np.arange(found.shape[-1]) >= np.asarray(least).T[:, :, None]
    stopping: Floats = np.einsum("krx,krx->kr", found, crosses.astype(np.float64))
    return stopping
