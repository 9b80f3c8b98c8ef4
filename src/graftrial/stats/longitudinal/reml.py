"""Restricted maximum likelihood of y = X beta + Z b + e with a random intercept and slope per patient.

Everything is accumulated per patient in 2 x 2 and p x p products: no matrix has the number of rows squared.
Derivatives are complex steps, exact to the last bits; many parameter values are evaluated in one call.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graftrial.stats.distributions import Vector

Array = NDArray[Any]  # real or complex
STEP = 1e-30  # of a complex step: no cancellation, so as small as can be
ITERATIONS = 200
SINGULAR = 1e-4  # the tolerance of lme4 for a diagonal element of the Cholesky factor


@dataclass(frozen=True, slots=True)
class Blocks:
    """Sums over the rows of each patient.

    zz: Z'Z, shape (m, 2, 2). zx: Z'[X y], (m, 2, p + 1). xx: [X y]'[X y] over all patients.
    zx_products: products of the entries of zx that belong to M11, M12, M22, (3 m, (p + 1)^2).
    """

    zz: Vector
    zx: Vector
    xx: Vector
    zx_products: Vector
    n: int
    p: int


def blocks(patients: NDArray[np.int64], design: Vector, slope: Vector, values: Vector) -> Blocks:
    """Sums per patient; rows are sorted by patient. slope: the column that has the random slope."""
    starts = np.flatnonzero(np.concatenate([[True], np.diff(patients) > 0]))
    random = np.column_stack([np.ones(len(values)), slope])
    wide = np.column_stack([design, values])

    def summed(left: Vector, right: Vector) -> Vector:
        return np.asarray(np.add.reduceat(left[:, :, None] * right[:, None, :], starts, axis=0))

    zx = summed(random, wide)
    corner = zx[:, 0, :, None] * zx[:, 1, None, :]
    products = [
        zx[:, 0, :, None] * zx[:, 0, None, :],
        corner + np.swapaxes(corner, 1, 2),
        zx[:, 1, :, None] * zx[:, 1, None, :],
    ]
    flat = np.concatenate(products).reshape(3 * len(starts), wide.shape[1] ** 2)
    return Blocks(summed(random, random), zx, wide.T @ wide, flat, len(values), design.shape[1])


def shrinkage(of: Blocks, theta: Array) -> tuple[Array, Array]:
    """M with (V / sigma2)^-1 = I - Z M Z', and the sum of the log determinants of V / sigma2.

    Returns: M11, M12, M22 of every patient side by side, shape (k, 3 m). Written out, for 2 x 2 products are slow.
    """
    l11, l21, l22 = (theta[:, entry, None] for entry in range(3))
    z11, z12, z22 = of.zz[None, :, 0, 0], of.zz[None, :, 0, 1], of.zz[None, :, 1, 1]
    h11 = 1 + l11 * (l11 * z11 + 2 * l21 * z12) + l21**2 * z22
    h12 = l22 * (l11 * z12 + l21 * z22)
    h22 = 1 + l22**2 * z22
    det = h11 * h22 - h12**2
    i11, i12, i22 = h22 / det, -h12 / det, h11 / det
    m12 = l11 * (l21 * i11 + l22 * i12)
    m22 = l21**2 * i11 + 2 * l21 * l22 * i12 + l22**2 * i22
    return np.concatenate([l11**2 * i11, m12, m22], axis=1), np.log(det).sum(axis=1)


def weighted(of: Blocks, theta: Array) -> tuple[Array, Array, Array, Array]:
    """Per parameter: X'V0^-1 X, the coefficients, the residual sum of squares, and log|V0|, with V0 = V / sigma2."""
    shrunk, log_det = shrinkage(of, theta)
    width, k = of.p + 1, len(theta)
    inner = (shrunk @ of.zx_products).reshape(k, width, width)
    cross = of.xx - inner
    gram, right = cross[:, : of.p, : of.p], cross[:, : of.p, of.p]
    beta = np.linalg.solve(gram, right[..., None])[..., 0]
    squares = cross[:, of.p, of.p] - (right * beta).sum(axis=1)
    return gram, beta, squares, log_det


def log_determinant(matrices: Array) -> Array:
    """log det of near-real matrices, analytic for complex steps."""
    sign, size = np.linalg.slogdet(matrices)
    return np.asarray(np.log(sign) + size)


def deviance_profiled(of: Blocks, theta: Array) -> Array:
    """-2 REML log-likelihood with the residual variance at its best, for each row (l11, l21, l22) of theta."""
    gram, _, squares, log_det = weighted(of, theta)
    free = of.n - of.p
    return np.asarray(free * (1 + np.log(2 * np.pi * squares / free)) + log_det + log_determinant(gram))


def deviance(of: Blocks, parameters: Array) -> Array:
    """-2 REML log-likelihood for each row (l11, l21, l22, sigma)."""
    gram, _, squares, log_det = weighted(of, parameters[:, :3])
    sigma = parameters[:, 3]
    free = of.n - of.p
    return np.asarray(
        free * (np.log(2 * np.pi) + 2 * np.log(sigma)) + squares / sigma**2 + log_det + log_determinant(gram)
    )


def gradient_and_hessian(function: Any, of: Blocks, at: Vector, scale: Vector) -> tuple[Vector, Vector]:
    """Gradient by complex steps, Hessian by central differences of such gradients, in one call of the function."""
    size = len(at)
    steps = 1e-4 * np.maximum(np.abs(at), scale)
    points = np.concatenate([at[None], at + np.diag(steps), at - np.diag(steps)])
    asked = points[:, None, :] + 1j * STEP * np.eye(size)[None]
    slopes = (function(of, asked.reshape(-1, size)).imag / STEP).reshape(2 * size + 1, size)
    hessian = (slopes[1 : size + 1] - slopes[size + 1 :]) / (2 * steps[:, None])
    return slopes[0], (hessian + hessian.T) / 2


def _best_from(of: Blocks, start: Vector, scale: Vector) -> tuple[Vector, float, bool]:
    """Newton steps with positive curvature and a batch of step lengths; ends where no step lowers the deviance."""
    at, value = start, float(deviance_profiled(of, start[None])[0])
    lengths = np.array([1.0, 0.5, 0.25, 0.1, 0.03, 0.01, 1e-3, 1e-4])
    for _ in range(ITERATIONS):
        slope, curve = gradient_and_hessian(deviance_profiled, of, at, scale)
        sizes, axes = np.linalg.eigh(curve * np.outer(scale, scale))
        sizes = np.maximum(np.abs(sizes), 1e-7 * max(1.0, float(np.abs(sizes).max())))
        step = -scale * (axes @ ((axes.T @ (slope * scale)) / sizes))
        reach = float(np.abs(step / np.maximum(scale, np.abs(at))).max())
        step *= min(1.0, 3.0 / reach) if reach else 1.0
        if reach < 1e-9:
            return at, value, True
        tried = at + lengths[:1, None] * step
        found = deviance_profiled(of, tried)
        if not found[0] < value:
            tried = at + lengths[1:, None] * step
            found = deviance_profiled(of, tried)
        best = int(np.nanargmin(found))
        if not found[best] < value:
            # the deviance is flat to its last bits before the parameters are: the gradient still knows the way
            return (at + step, value, True) if reach < 1e-4 else (at, value, False)
        at, value = tried[best], float(found[best])
    return at, value, False


@dataclass(frozen=True, slots=True)
class Maximum:
    """The best of all starts: Cholesky factor over sigma (l11, l21, l22), sigma2, -2 log-likelihood.

    n_starts, n_agreeing: how many starts there were, and how many ended within 1e-6 of the best.
    """

    theta: Vector
    sigma2: float
    deviance: float
    has_converged: bool
    is_singular: bool
    n_starts: int
    n_agreeing: int


def maximise(of: Blocks) -> Maximum:
    """Restricted maximum likelihood from several starts."""
    spread = float(np.sqrt((of.zz[:, 1, 1]).sum() / of.n)) or 1.0
    scale = np.array([1.0, 1 / spread, 1 / spread])
    shapes = ((1, 0, 1), (4, -0.5, 0.5), (4, 0.5, 0.5), (0.3, 0, 0.3), (0.5, 0, 3))
    ends = [_best_from(of, np.array(shape, dtype=np.float64) * scale, scale) for shape in shapes]
    at, value, converged = min(ends, key=lambda end: end[1])
    theta = at * np.array([_sign(at[0]), _sign(at[0]), _sign(at[2])])  # columns may change sign
    squares = float(weighted(of, theta[None])[2][0])
    # in the scale of the slope column: a slope that hardly varies is as singular in days as in years
    diagonal = np.abs(theta / scale)[[0, 2]]
    return Maximum(
        theta, squares / (of.n - of.p), value, converged, bool((diagonal < SINGULAR).any()), len(ends),
        sum(end[1] < value + 1e-6 for end in ends),
    )  # fmt: skip


def _sign(value: float) -> float:
    return -1.0 if value < 0 else 1.0
