"""Figures of the conv calculator."""
