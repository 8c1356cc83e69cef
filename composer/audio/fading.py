"""Fades from one sound to another that keep the power level, however alike the two are."""

import numpy as np
from jaxtyping import Float

_ALIKE = 0.999  # correlation up to which gains are trusted; beyond it, and when opposed, the sum could vanish


def crossfade_gains(
    leaving: Float[np.ndarray, "2 n"], coming: Float[np.ndarray, "2 n"]
) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, " n"]]:
    """Gains of the sound that leaves and the one that comes, over their whole overlap.

    Both are quarter waves divided by `sqrt(gi^2 + go^2 + 2 rho gi go)`, rho being the correlation that is measured, so
    that power holds from unlike (rho 0: equal power) to alike (rho 1: equal gain).
    """
    share = (np.arange(leaving.shape[1]) + 0.5) / max(leaving.shape[1], 1)
    out, into = np.cos(share * np.pi / 2), np.sin(share * np.pi / 2)
    power = float(np.sqrt((leaving**2).sum(dtype=np.float64) * (coming**2).sum(dtype=np.float64)))
    rho = float((leaving * coming).sum(dtype=np.float64)) / power if power > 0 else 0.0
    rho = float(np.clip(rho, -0.5, _ALIKE))
    level = np.sqrt(out**2 + into**2 + 2 * rho * out * into)
    return (out / level).astype(np.float32), (into / level).astype(np.float32)
