"""CNN Classroom: the entry file. Page config, navigation and the frame that every page shares."""

import streamlit as st

from core.errors import UserError
from core.ui import frame, problem, route, warm_up
from core.ui.pages import PAGES

page = route(PAGES)
with frame():
    try:
        page.run()
    except UserError as error:  # pages say most of these beside the control that caused them
        problem(error)
        st.stop()  # else Streamlit takes the widgets that were not reached for removed
warm_up()
