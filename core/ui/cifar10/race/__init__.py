"""The section "Race": the recorded trainings again, and one of one's own."""
