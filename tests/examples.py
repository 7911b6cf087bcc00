"""One mistake and its correct twin, for the tests that run whole programs."""

from __future__ import annotations

BUGGY = """\
import cv2
import numpy as np


def brighten(path):
    image = cv2.imread(path).astype(np.float32)
    return (image * 1.5).astype(np.uint8)
"""
CORRECT = BUGGY.replace("(image * 1.5)", "np.clip(image * 1.5, 0, 255)")
