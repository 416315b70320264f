# SPDX-License-Identifier: Apache-2.0
"""Numbers that look random and are the same everywhere: hashes of a stream's name and a counter.

A stream's n-th number does not depend on how many are drawn, so a study with more candidates holds
those of a smaller one. The hash is the finaliser of MurmurHash3 (Appleby 2011).
"""
import numpy as np


def mix(z):
    """64 bits in, 64 well mixed bits out (uint64 array; products wrap)."""
    z = (z ^ (z >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
    z = (z ^ (z >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
    return z ^ (z >> np.uint64(33))


def key(name):
    """A stream's name as a number (FNV-1a)."""
    h = 0xCBF29CE484222325
    for byte in name.encode():
        h = ((h ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return np.uint64(h)


def uniform(name, n, first=0):
    """Numbers first .. first + n - 1 of a stream, in [0, 1)."""
    count = np.arange(first + 1, first + n + 1, dtype=np.uint64)
    z = mix(count * np.uint64(0x9E3779B97F4A7C15) + key(name))
    return (z >> np.uint64(11)).astype(float) / 2.0**53


def bell(name, n, first=0):
    """About normal with standard deviation 1: the sum of three uniform numbers, centred."""
    return 2 * uniform(name, 3 * n, 3 * first).reshape(n, 3).sum(axis=1) - 3


class Noise:
    """A smooth surface over columns at `x`: octaves of hashed lattice values, about -1 to 1."""

    def __init__(self, name, x, wave, octaves, gain=0.5):
        self.octaves = []
        total = sum(gain**k for k in range(octaves))
        for k in range(octaves):
            node, share = self._place(x / wave)
            nodes = np.arange(node[0], node[-1] + 2)
            self.octaves.append((key(f"{name}.{k}"), wave, gain**k / total, nodes, node - node[0],
                                 share))
            wave /= 2

    @staticmethod
    def _place(u):
        node = np.floor(u).astype(np.int64)
        t = (u - node).astype(np.float32)
        return node, t * t * (3 - 2 * t)

    @staticmethod
    def _lattice(salt, nodes_x, nodes_y):
        a = nodes_x.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        b = nodes_y.astype(np.uint64) * np.uint64(0xD6E8FEB86659FD93)
        z = mix((a[None, :] + mix(b + salt)[:, None]))
        return (z >> np.uint64(40)).astype(np.float32) / np.float32(2**23) - 1

    def rows(self, y):
        """The surface at rows `y` (rising or falling), one line of the result each."""
        out = np.zeros((len(y), len(self.octaves[0][4])), np.float32)
        for salt, wave, amplitude, nodes, column, tx in self.octaves:
            row, ty = self._place(y / wave)
            low = row.min()
            at = self._lattice(salt, nodes, np.arange(low, row.max() + 2)) * np.float32(amplitude)
            at = at[:, column] + (at[:, column + 1] - at[:, column]) * tx
            above = at[row - low]
            out += above + (at[row - low + 1] - above) * ty[:, None]
        return out
