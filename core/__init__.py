"""Everything CNN Classroom computes: no module here but those in `core.ui` knows of Streamlit."""
