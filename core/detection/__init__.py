"""Faster R-CNN taken apart: one forward pass a picture, then any number of thresholds on what it left.

detector = load()
candidates = detector.candidates(image)
detections = candidates.suppress(iou=0.5, score=0.3)
"""

from core.detection.detector import Detector, load
from core.detection.results import Candidates, Detections, Fate, StageTime
from core.detection.stages import FLOOR

__all__ = ["FLOOR", "Candidates", "Detections", "Detector", "Fate", "StageTime", "load"]
