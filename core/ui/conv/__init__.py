"""The sections of the conv calculator."""
