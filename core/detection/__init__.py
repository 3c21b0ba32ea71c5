"""Detectors taken apart: one forward pass a picture, then any number of thresholds on what it left.

detector = load()
candidates = detector.candidates(image)
detections = candidates.suppress(iou=0.5, score=0.3)
"""

from core.detection.detector import Detector, StagedDetector, load
from core.detection.results import FLOOR, Candidates, Detections, NmsStatus, StagedCandidates, StageTime

__all__ = [
    "FLOOR",
    "Candidates",
    "Detections",
    "Detector",
    "NmsStatus",
    "StageTime",
    "StagedCandidates",
    "StagedDetector",
    "load",
]
