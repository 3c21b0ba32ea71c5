"""The section "Report": the four parts of the course's template, with what was measured filled in."""
