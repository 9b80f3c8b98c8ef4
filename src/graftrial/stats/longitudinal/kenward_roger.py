"""Small-sample covariance and degrees of freedom of a mixed model: Kenward-Roger, and Satterthwaite as alternative.

Variance parameters of Kenward-Roger are G11, G12, G22 and sigma2: V is linear in them, second derivatives vanish.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graftrial.stats.distributions import Vector
from graftrial.stats.longitudinal.reml import (
    STEP,
    Blocks,
    deviance,
    gradient_and_hessian,
    shrinkage,
    weighted,
)

DIRECTIONS = np.array([[[1.0, 0], [0, 0]], [[0, 1.0], [1.0, 0]], [[0, 0], [0, 1.0]]])
FLAT = 1e-8  # curvature below it counts as none, as in lmerTest


@dataclass(frozen=True, slots=True)
class Adjusted:
    """What a contrast needs: covariance of the coefficients, the adjusted one, W and the P of each parameter."""

    plain: Vector
    adjusted: Vector
    weights: Vector
    slopes: Vector


def adjust(of: Blocks, theta: Vector, sigma2: float) -> Adjusted:
    """Covariances by Kenward and Roger.

    References: Kenward MG, Roger JH. Biometrics 1997;53:983-997, with an unstructured 2 x 2 G.
    """
    m11, m12, m22 = shrinkage(of, theta[None])[0][0].reshape(3, -1)
    shrunk = np.stack([m11, m12, m12, m22], axis=1).reshape(-1, 2, 2)
    zz, zx = of.zz, of.zx[:, :, : of.p]
    keep = (np.eye(2) - zz @ shrunk) / sigma2  # Z'V^-1 = keep Z'
    b1 = keep @ zx
    b2 = keep @ b1
    c1 = keep @ zz
    c2 = keep @ c1
    xx = of.xx[: of.p, : of.p]
    t1 = _sandwich(zx, shrunk)
    t2 = _sandwich(zx, shrunk @ zz @ shrunk)
    t3 = _sandwich(zx, shrunk @ zz @ shrunk @ zz @ shrunk)
    plain = np.asarray(np.linalg.inv((xx - t1) / sigma2), dtype=np.float64)
    x2 = (xx - 2 * t1 + t2) / sigma2**2
    x3 = (xx - 3 * t1 + 3 * t2 - t3) / sigma2**3
    slopes = np.stack([-_sandwich(b1, direction) for direction in DIRECTIONS] + [-x2])
    squares = np.empty((4, 4, of.p, of.p))
    traces = np.empty((4, 4))
    for i, left in enumerate(DIRECTIONS):
        for j, right in enumerate(DIRECTIONS):
            squares[i, j] = _sandwich(b1, left @ c1 @ right)
            traces[i, j] = np.einsum("mab,mba->", c1 @ left, c1 @ right)
        squares[i, 3] = np.einsum("mai,ab,mbj->ij", b1, left, b2)
        squares[3, i] = squares[i, 3].T
        traces[i, 3] = traces[3, i] = np.einsum("mab,ba->", c2, left)
    squares[3, 3] = x3
    inner = shrunk @ zz
    traces[3, 3] = (of.n - 2 * np.einsum("maa->", inner) + np.einsum("mab,mba->", inner, inner)) / sigma2**2
    return combine(plain, slopes, squares, traces)


def combine(plain: Vector, slopes: Vector, squares: Vector, traces: Vector) -> Adjusted:
    """The adjusted covariance, of any covariance that is linear in its k parameters.

    plain: inverse of X'V^-1 X, (p, p). slopes: P of each parameter, (k, p, p). squares: Q, (k, k, p, p). traces:
    tr(V^-1 V_i V^-1 V_j), (k, k). The weights are twice the inverse of the expected information of -2 log REML.
    """
    by_plain = plain @ slopes
    information = traces - 2 * np.einsum("ab,ijba->ij", plain, squares)
    information = information + np.einsum("iab,jba->ij", by_plain, by_plain)
    weights = 2 * np.linalg.pinv((information + information.T) / 2, hermitian=True)
    middle = np.einsum("ij,ijab->ab", weights, squares - slopes[:, None] @ plain @ slopes[None])
    adjusted = plain + 2 * plain @ ((middle + middle.T) / 2) @ plain
    return Adjusted(plain, adjusted, weights, slopes)


def df_kenward_roger(of: Adjusted, contrast: Vector) -> float | None:
    """Denominator degrees of freedom of one contrast; None where the approximation gives none."""
    ahead = of.plain @ contrast
    variance = float(contrast @ ahead)
    parts = np.einsum("a,iab,b->i", ahead, of.slopes, ahead) / variance
    a1 = float(parts @ of.weights @ parts)
    a2 = a1  # one contrast: both traces are products of the same scalars
    if a2 <= 0 or a2 == 1:
        return None
    b = (a1 + 6 * a2) / 2
    g = (2 * a1 - 5 * a2) / (3 * a2)
    below = 3 + 2 * (1 - g)
    c1, c2, c3 = g / below, (1 - g) / below, (3 - g) / below
    expected = 1 / (1 - a2)
    spread = 2 * (1 + c1 * b) / ((1 - c2 * b) ** 2 * (1 - c3 * b))
    rho = spread / (2 * expected**2)
    df = 4 + 3 / (rho - 1) if rho != 1 else None
    return df if df is not None and df > 0 else None


def df_satterthwaite(of: Blocks, theta: Vector, sigma2: float, contrast: Vector) -> float | None:
    """Degrees of freedom from the observed Hessian of the REML deviance in (Cholesky factor, sigma).

    References: Satterthwaite FE. Biometrics Bull 1946;2:110-114; convention of lmerTest.
    """
    at = np.concatenate([theta, [sigma2**0.5]])
    spread = float(np.sqrt(of.zz[:, 1, 1].sum() / of.n)) or 1.0
    scale = np.array([1.0, 1 / spread, 1 / spread, 1.0])
    _, hessian = gradient_and_hessian(deviance, of, at, scale)
    sizes, axes = np.linalg.eigh(hessian)
    curved = sizes > FLAT
    covariance = 2 * (axes[:, curved] / sizes[curved]) @ axes[:, curved].T
    asked = at[None] + 1j * STEP * np.eye(4)
    gram = weighted(of, asked[:, :3])[0]
    right = np.broadcast_to(contrast.astype(complex)[:, None], (4, of.p, 1))
    variance = asked[:, 3] ** 2 * (contrast @ np.linalg.solve(gram, right))[:, 0]
    slope = variance.imag / STEP
    spread_of = float(slope @ covariance @ slope)
    return 2 * float(variance[0].real) ** 2 / spread_of if spread_of > 0 else None


def _sandwich(rows: Vector, middle: Vector) -> Vector:
    """Sum over patients of rows' middle rows."""
    return np.asarray(
        np.einsum("mai,mab,mbj->ij", rows, np.broadcast_to(middle, (len(rows), 2, 2)), rows, optimize=True)
    )
