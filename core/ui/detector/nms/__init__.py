"""NMS in depth: its IoU matrix, its relatives, its classes, and a game."""
