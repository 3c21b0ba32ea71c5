"""CNN Classroom: the entry file. Page config, navigation and the frame that every page shares."""

from core.errors import UserError
from core.ui import frame, problem, route

page = route()
frame()
try:
    page.run()
except UserError as error:  # pages say most of these beside the control that caused them
    problem(error)
