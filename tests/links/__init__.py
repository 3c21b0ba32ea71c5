"""Links that were recorded, and what their pages must show: a link of yesterday opens the same view tomorrow.

`recorded/PAGE.json` holds the links of a page, by name. Of each it says

    "query": the parameters, each with its values, of which there may be several;
    "shows": what the page must show for it, of these kinds:
        "metrics": label -> value; where a label stands there several times, all its values in order,
        "controls": key of a widget -> what it shows, in the words of the address bar,
        "says": pieces of the page's text, "never_says": of what must not be there,
        "formulas", "code": pieces of LaTeX and of code to take away,
        "rows": pieces of table rows, their cells between semicolons,
        "draws": pieces of what a drawing, chart or component is made of.

They are few values, chosen so that a parameter which is not understood would be missed. `python -m tests.links.record`
makes such entries and checks them.

Where an option gets another word, its links stay as they are: the old word goes on meaning the same, as an alias. Only
what "controls" shows may then be edited to the new word. Where a default changes, links in which it is written out
stay as they are too. Links that say nothing but the page or section show defaults; one whose view changes on purpose
keeps its entry here and gets another in `changed_on_purpose.json`, after those that are there:

    {"link": "conv_calculator: Size and cost: as it opens", "date": "2027-01-31", "why": "one sentence",
     "old": {all that it showed until then}, "new": {all that it shows since}}

"old" has to be what the entry, or the change before, says, and "new" is what the tests then expect.
"""
