"""Everything CNN Classroom computes: no module here but those in `core.ui` knows of Streamlit."""

import os

# Before torch is imported, which reads it then. torch's threads otherwise spin while they wait for each other, and
# where another process wants the cores too, an operation of a millisecond takes a hundred.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
