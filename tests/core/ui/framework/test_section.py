"""The scaffold of a section: where things stand, what stays when something cannot be, and Reset."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def script() -> None:
    from dataclasses import dataclass

    import streamlit as st

    from core.errors import UserError
    from core.ui import framework as ui

    @dataclass(frozen=True)
    class Division:
        above: int = ui.whole("Above", 0, 99, 12, "The dividend.")
        below: int = ui.whole("Below", 0, 99, 4, "The divisor.")

    def divide(asked: Division) -> float:
        if asked.below == 0:
            raise UserError(
                "Nothing can be divided by zero: choose another divisor.", "in Python's words: ZeroDivision"
            )
        return asked.above / asked.below

    ui.Section(
        key="toy_division",
        controls=lambda: ui.draw(Division, "toy_division"),
        defaults=ui.defaults(Division, "toy_division"),
        answer=divide,
        picture=lambda asked, found: st.markdown(f"{asked.above} / {asked.below} = {found:g}"),
        numbers=lambda _, found: st.metric("Quotient", f"{found:g}"),
        below=lambda asked, _: st.caption(f"below of {asked.below}"),
        guesses=(ui.Guess("Quotient", "rounded", lambda found: round(found)),),
        question=lambda asked, _: st.markdown(f"{asked.above} / {asked.below} = ?"),
        signature=lambda asked: (asked.above, asked.below),  # the class is another one in each run of a script
    )()


def opened(**link: str) -> AppTest:
    at = AppTest.from_function(script)
    at.query_params.update(link)
    at.run()
    assert not at.exception
    return at


def words(at: AppTest) -> list[str]:
    return [one.value for one in at.markdown]


def test_controls_picture_numbers_and_below() -> None:
    at = opened()
    assert words(at) == ["12 / 4 = 3"]
    assert [(one.label, one.value) for one in at.metric] == [("Quotient", "3")]
    assert [one.value for one in at.caption] == ["below of 4"]
    assert {"Reset", "Copy link"} <= {one.label for one in at.button}


def order(at: AppTest) -> list[str]:
    """Labels and sentences in the order of the page."""
    return [getattr(node, "label", None) or getattr(node, "value", "") for node in at.main if hasattr(node, "value")]


def test_what_cannot_be_is_said_beside_the_control_and_the_last_result_stays() -> None:
    at = opened()
    at.number_input(key="toy_division_above").set_value(20).run()
    at.number_input(key="toy_division_below").set_value(0).run()
    assert [one.value for one in at.error] == ["Nothing can be divided by zero\\: choose another divisor\\."]
    assert words(at) == ["20 / 4 = 5"]
    seen = order(at)
    place = next(index for index, text in enumerate(seen) if str(text).startswith("Nothing can be"))
    assert seen[place - 1] == "Below", "the sentence follows the control that was changed"
    assert seen.index("Reset") > place
    assert {"in Python's words\\: ZeroDivision", "Below is still the last one that worked."} <= {
        one.value for one in at.caption
    }
    at.number_input(key="toy_division_below").set_value(5).run()
    assert not at.error
    assert words(at) == ["20 / 5 = 4"]


def test_a_link_that_cannot_be_says_so_and_shows_nothing_else() -> None:
    at = opened(toy_division_below="0")
    assert len(at.error) == 1
    assert words(at) == []


def test_reset() -> None:
    at = opened(toy_division_above="50")
    assert words(at) == ["50 / 4 = 12.5"]
    next(one for one in at.button if one.label == "Reset").click().run()
    assert words(at) == ["12 / 4 = 3"]


def test_predict_first_shows_the_question_alone() -> None:
    at = AppTest.from_function(script)
    at.session_state["toy_hide"] = True
    at.run()
    assert "12 / 4 = ?" in words(at)
    assert not at.metric
    at.number_input(key="toy_division_guess_Quotient").set_value(3)
    next(one for one in at.button if one.label == "Show the answers").click().run()
    assert words(at) == ["12 / 4 = 3", ":green[:material/check:] Quotient: **3**, as guessed"]
    assert at.metric[0].value == "3"


def wide_script() -> None:
    from dataclasses import dataclass

    import streamlit as st

    from core.errors import UserError
    from core.ui import framework as ui

    @dataclass(frozen=True)
    class Narrow:
        times: int = ui.whole("Times", 1, 9, 2, "How often.")

    @dataclass(frozen=True)
    class Wide:
        word: str = ui.text("Word", "ho", "What.")

    def all_of_it(narrow: Narrow) -> tuple[int, str]:
        return narrow.times, ui.draw(Wide, "toy_wide").word

    def said(asked: tuple[int, str]) -> str:
        if not asked[1]:
            raise UserError("There is no word.")
        return asked[0] * asked[1]

    ui.Section(
        key="toy_wide",
        controls=lambda: ui.draw(Narrow, "toy_wide"),
        wide=all_of_it,
        defaults=ui.defaults(Narrow, "toy_wide") | ui.defaults(Wide, "toy_wide"),
        first=lambda asked: (asked[0], "default"),
        answer=said,
        picture=lambda _, found: st.markdown(found),
        after=lambda asked: st.caption(f"{asked[0]} times"),
    )()


def test_wide_controls_complete_what_is_asked() -> None:
    at = AppTest.from_function(wide_script).run()
    assert words(at) == ["hoho"]
    at.text_area(key="toy_wide_word").set_value("").run()
    assert [one.value for one in at.error] == ["There is no word\\."]
    assert words(at) == ["hoho"], "the last that worked"
    at.number_input(key="toy_wide_times").set_value(3).run()
    assert at.caption[-1].value == "3 times", "what waits for no answer follows what is asked now"


def test_where_nothing_has_worked_the_first_may_follow_what_is_asked() -> None:
    at = AppTest.from_function(wide_script)
    at.query_params.update({"toy_wide_word": "", "toy_wide_times": "1"})
    at.session_state["toy_wide_word"] = ""
    at.run()
    assert len(at.error) == 1
    assert words(at) == ["default"]


def uploads() -> None:
    import streamlit as st

    from core.ui import framework as ui

    ui.Section(
        key="toy_upload",
        controls=lambda: st.slider("Size", 0, st.session_state.get("most", 9), 0, key="toy_upload_size"),
        defaults=lambda size: {"toy_upload_size": 0 if size < 5 else 5},
        answer=lambda size: size or None,
        empty=lambda _: st.info("Upload a file."),
        picture=lambda _, found: st.markdown(f"size {found}"),
        guesses=(ui.Guess("Size", "bytes", lambda found: found),),
    )()


def test_without_anything_to_answer_it_says_what_to_do_and_asks_for_no_guess() -> None:
    at = AppTest.from_function(uploads)
    at.session_state["toy_hide"] = True
    at.run()
    assert not at.exception
    assert [one.value for one in at.info] == ["Upload a file."]
    assert not at.number_input
    at.slider(key="toy_upload_size").set_value(3).run()
    assert not at.info
    assert at.number_input(key="toy_upload_guess_Size").value is None
    assert not words(at) or "size 3" not in words(at)


def test_what_reset_puts_back_may_follow_what_is_asked() -> None:
    at = AppTest.from_function(uploads).run()
    for value, back in ((3, 0), (7, 5)):
        at.slider(key="toy_upload_size").set_value(value).run()
        assert words(at) == [f"size {value}"]
        next(one for one in at.button if one.label == "Reset").click().run()
        assert at.slider(key="toy_upload_size").value == back


def with_buttons_of_its_own() -> None:
    import streamlit as st

    from core.ui import framework as ui

    ui.Section(
        key="toy_buttons",
        controls=lambda: None,
        buttons=lambda: st.button("Undo"),
        answer=lambda _: 3,
        picture=lambda _, found: st.markdown(str(found)),
    )()


def test_buttons_of_a_section_stand_in_place_of_the_usual_ones() -> None:
    at = AppTest.from_function(with_buttons_of_its_own).run()
    assert not at.exception
    assert [one.label for one in at.button] == ["Undo"]


def test_what_can_be_predicted_may_follow_what_is_asked() -> None:
    def script() -> None:
        import streamlit as st

        from core.ui import framework as ui

        ui.Section(
            key="toy_two",
            controls=lambda: st.toggle("Second", key="toy_second"),
            answer=lambda _: 7,
            picture=lambda _, found: st.markdown(f"it is {found}"),
            guesses=lambda second: (ui.Guess("Two" if second else "One", "", lambda found: found),),
            question=lambda *_: st.markdown("what is it?"),
        )()

    at = AppTest.from_function(script)
    at.session_state["toy_hide"] = True
    at.run()
    assert not at.exception
    assert [one.label for one in at.number_input] == ["One"]
    at.toggle(key="toy_second").set_value(True).run()
    assert [one.label for one in at.number_input] == ["Two"]
    at.number_input[0].set_value(7)
    next(one for one in at.button if one.label == "Show the answers").click().run()
    assert any("Two: **7**, as guessed" in one for one in words(at))
