"""Your boxes: ground truth that a visitor draws or uploads, and what the detector's errors against it cost."""
