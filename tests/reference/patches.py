#!/usr/bin/env python3
# patches.py: what spk-encode --resize and --patch-normalize make of an image, by numpy.
#
#   patches.py HxW WINDOW IMAGE.pgm      (plain PGM, P2; WINDOW 0: not normalised) -> values on one line
#
# Bilinear interpolation between pixel centres as a matrix product; of each window mean and standard
# deviation by numpy.nanmean and nanstd over a border of NaN, as in QVPR/VPRSNN's tools/data_utils.py.
import sys
import numpy as np


def weights(n, to):
    """[to, n]: the weight of each of n pixels in each of `to`."""
    at = np.clip((np.arange(to) + 0.5) * n / to - 0.5, 0, n - 1)
    return np.maximum(0, 1 - np.abs(at[:, None] - np.arange(n)[None, :]))


def patch_normalize(image, window):
    half = window // 2
    padded = np.pad(image, half, constant_values=np.nan)
    result = np.zeros_like(image)
    for r, c in np.ndindex(*image.shape):
        patch = padded[r:r + window, c:c + window]
        with np.errstate(invalid="ignore", divide="ignore"):
            result[r, c] = (image[r, c] - np.nanmean(patch)) / np.nanstd(patch)
    result[np.isnan(result)] = 0
    return np.uint8(255 * (1 + np.clip(result, -1, 1)) / 2)


rows, cols = map(int, sys.argv[1].split("x"))
numbers = [int(v) for v in open(sys.argv[3]).read().split()[1:]]
image = np.array(numbers[3:], float).reshape(numbers[1], numbers[0])
image = np.floor(weights(image.shape[0], rows) @ image @ weights(image.shape[1], cols).T + 0.5)
window = int(sys.argv[2])
print(*(patch_normalize(image, window) if window else image.astype(int)).ravel())
