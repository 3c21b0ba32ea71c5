"""Which places of a picture an answer of a network hangs on: Grad-CAM, occlusion, and whether either can be trusted."""
