"""Which column is target: by a list of names, never a predicted one; classes such as NA; accents in two ways."""

from __future__ import annotations

import unicodedata

import pytest

from core.errors import UserError
from core.metrics.known_names import PREDICTED, TARGET, is_predicted, is_target
from core.metrics.table.columns import Columns, classes_of, doubts, guess
from core.metrics.table.file import read_table
from core.metrics.table.gaps import MissingValues
from core.metrics.table.predictions import build
from core.metrics.table.text import EIGHT_BIT, as_utf8

CARET = "pred,obs,rowIndex,mtry,Resample\nyes,yes,1,2,Fold1\nyes,no,2,2,Fold1\nno,yes,3,2,Fold1\nno,no,5,2,Fold2\n"


def test_carets_predictions() -> None:
    table = read_table(CARET.encode())
    assert guess(table) == Columns("obs", "pred")
    assert doubts(table, guess(table)) == ()
    assert build(table, guess(table)).predictions.matrix().counts.tolist() == [[1, 1], [1, 1]]


def test_carets_predictions_with_class_probabilities() -> None:
    table = read_table(b"pred,obs,no,yes,rowIndex\nyes,yes,.2,.8,1\nyes,no,.3,.7,2\nno,yes,.6,.4,3\nno,no,.9,.1,4\n")
    columns = guess(table)
    assert columns == Columns("obs", "pred", ("no", "yes"))
    assert build(table, columns).predictions.matrix().counts.tolist() == [[1, 1], [1, 1]]


@pytest.mark.parametrize("target", ["obs", "observed", "actual", "true", "truth", "y_true", "target", "label", "gold",
                                  "reference", "ground_truth", "GroundTruth", "true.class", "Actual Class", "y",
                                  "expected", "Obs.", "nhãn", "actual_value", "y_test"])  # fmt: skip
@pytest.mark.parametrize("predicted", ["pred", "predicted", "prediction", "y_pred", "y_hat", "output", "yhat",
                                       "predictedClass", "pred_rf", "rf.pred", "predicted label",
                                       "dự đoán"])  # fmt: skip
def test_known_names_in_either_order(target: str, predicted: str) -> None:
    for header, row in ((f"{target},{predicted}", "a,b\nb,b"), (f"id,{predicted},{target}", "1,b,a\n2,b,b")):
        table = read_table(f"{header}\n{row}\n".encode())
        assert guess(table) == Columns(target, predicted)
        assert doubts(table, guess(table)) == ()


@pytest.mark.parametrize(
    ("predicted", "target"),
    [
        ("Vorhersage", "Ist"), ("Prognose", "Tatsächlich"), ("Vorhergesagte Klasse", "Wahre Klasse"),
        ("Vorhersage", "Referenz"), ("classe prédite", "classe réelle"), ("Prévu", "Observé"), ("prédite", "vraie"),
        ("clase predicha", "verdadera clase"),
        ("previsto", "reale"), ("predizione", "vero"), ("voorspeld", "werkelijk"),
        ("predito", "verdadeiro"), ("Dự báo", "Thực tế"), ("dự đoán", "Giá trị thực"),
        ("预测", "真实"), ("予測", "正解"),
        ("предсказание", "истина"), ("hyp", "ref"), ("dt", "gt"), ("got", "expected"),
    ],
)  # fmt: skip
def test_known_names_of_other_languages(predicted: str, target: str) -> None:
    for text in (f"{predicted};{target}\na;a\nb;a\n", f"image;{predicted};{target}\n1.png;a;a\n2.png;b;a\n"):
        table = read_table(text.encode())
        assert guess(table) == Columns(target, predicted)
        assert doubts(table, guess(table)) == ()


@pytest.mark.parametrize(
    ("header", "target", "predicted"),
    [(",one,two", "one", "two"), ("Unnamed: 0,one,label", "label", "one"), ("n,answer,truth", "truth", "answer")],
)
def test_a_column_that_numbers_the_rows_is_neither(header: str, target: str, predicted: str) -> None:
    assert guess(read_table(f"{header}\n0,0,0\n1,0,1\n2,1,1\n".encode())) == Columns(target, predicted)


@pytest.mark.parametrize(
    "names",
    [
        (".pred_a", ".pred_b"), ("prob.a", "prob.b"), ("a_score", "b_score"), ("P_Classa", "P_Classb"),
        ("proba_class_a", "proba_class_b"), ("confidence(a)", "confidence(b)"), ("pred a", "pred b"), ("a", "b"),
        ("a prob", "b prob"),
    ],
)  # fmt: skip
def test_scores_that_name_their_classes(names: tuple[str, str]) -> None:
    rows = ((0.9, 0.1, "a"), (0.8, 0.2, "a"), (0.3, 0.7, "b"))
    both = "".join(f"{one},{other},{truth}\n" for one, other, truth in rows)
    alone = "".join(f"{one},{truth}\n" for one, _, truth in rows)
    for text in (f"{names[0]},{names[1]},truth\n{both}", f"{names[0]},truth\n{alone}"):
        table = read_table(text.encode())
        built = build(table, Columns("truth", None, tuple(name for name in names if name in table.names)))
        assert built.predictions.matrix().counts.tolist() == [[2, 0], [0, 1]]
    table = read_table(f"{names[0]},{names[1]},truth\n{both}".encode())
    assert guess(table) == Columns("truth", None, names)


def test_scores_that_say_how_sure_a_prediction_is_get_a_sentence() -> None:
    text = "label,predicted_label,confidence\na,a,.9\na,b,.6\nb,b,.8\n"
    table = read_table(text.encode())
    assert any("how sure each prediction is" in note for note in build(table, guess(table)).notes)
    table = read_table(text.replace(".9", ".1").encode())
    assert not any("how sure" in note for note in build(table, guess(table)).notes)


@pytest.mark.parametrize(
    ("head", "remarks"),
    [
        ("# run 3\ny_pred,y_true", 1),
        ("# run 3, seed 4\r\n# lr=1e-3, wd=0\r\ny_pred,y_true", 2),
        ("# y_pred,y_true", 0),
        ("#pred,y_true", 0),
    ],
)
def test_remarks_above_the_names(head: str, remarks: int) -> None:
    table = read_table(f"{head}\na,a\na,b\nb,b\n".encode())
    assert (table.skipped, len(table), len(table.notes)) == (remarks, 3, bool(remarks))
    assert guess(table) == Columns(table.names[1], table.names[0])


def test_a_first_name_with_a_hash_is_no_remark() -> None:
    assert read_table(b"#id,one,two\n1,a,a\n2,b,a\n").names == ("#id", "one", "two")


def test_signs_that_nobody_sees_make_no_class() -> None:
    table = read_table("y_true,y_pred\na\u200b,a\nb,b\u00ad\na,b\n".encode())
    assert build(table, guess(table)).predictions.matrix().counts.tolist() == [[1, 1], [0, 1]]


@pytest.mark.parametrize("name", ["Freq", "n", "count", "Frequency"])
def test_a_table_of_pairs_and_their_counts(name: str) -> None:
    text = f"Prediction,Reference,{name}\nno,no,50\nyes,no,2\nno,yes,3\nyes,yes,45\n"
    table = read_table(text.encode())
    assert guess(table) == Columns("Reference", "Prediction", (), name)
    assert build(table, guess(table)).predictions.matrix().counts.tolist() == [[50, 2], [3, 45]]
    assert guess(read_table(f"{text}yes,yes,7\n".encode())).weights is None, "rows are samples"


def test_the_two_lists_have_no_name_in_common() -> None:
    assert not set(TARGET) & set(PREDICTED)
    assert not [name for name in TARGET if is_predicted(name) or not is_target(name)]
    assert not [name for name in PREDICTED if is_target(name) or not is_predicted(name)]


@pytest.mark.parametrize(
    ("text", "expected", "word"),
    [
        ("prediction,species\na,a\nb,a\n", Columns("species", "prediction"), "No column is called actual"),
        ("id,prediction,species\n1,a,b\n2,b,b\n", Columns("species", "prediction"), '"species" is taken'),
        ("pred_a,pred_b\nx,y\ny,y\n", Columns("pred_b", "pred_a"), "its name says that it was predicted"),
        ("first,second\na,b\nb,b\n", Columns("first", "second"), '"second" is taken for it'),
        ("truth,label\na,b\nb,b\n", Columns("truth", "label"), "its name says that it is the actual class"),
        ("truth,actual,pred\na,a,b\nb,a,b\n", Columns("truth", "pred"), '"actual" could be it as well'),
        ("label,prediction\n1,0.3\n0,0.25\n", Columns("label", None, ("prediction",)), ""),
    ],
)
def test_what_no_name_tells_is_said(text: str, expected: Columns, word: str) -> None:
    table = read_table(text.encode())
    assert guess(table) == expected
    assert word in " ".join(doubts(table, expected))
    assert bool(doubts(table, expected)) == bool(word)


def test_a_choice_that_goes_against_names_is_said_too() -> None:
    assert len(doubts(read_table(CARET.encode()), Columns("pred", "obs"))) == 2


@pytest.mark.parametrize("word", ["NA", "None", "null", "nan", "NaN", "N/A", "NULL", "none", "<NA>"])
@pytest.mark.parametrize("quote", ["", '"'])
def test_a_word_for_nothing_may_be_a_class(word: str, quote: str) -> None:
    cell = f"{quote}{word}{quote}"
    table = read_table(f"gold,predicted\n{cell},{cell}\nEU,{cell}\nEU,EU\nAPAC,APAC\n{cell},EU\n".encode())
    assert word in classes_of(table, guess(table))
    built = build(table, guess(table))
    assert (len(built.rows), built.words) == (5, (word,))
    assert set(built.predictions.labels) == {word, "EU", "APAC"}
    assert any(f'"{word}" is kept as a class' in note for note in built.notes)
    left = build(table, guess(table), words_too=True)
    assert left.rows.tolist() == [2, 3]
    assert f'3 rows have a missing value and are left out ("{word}").' in left.notes


def test_an_empty_cell_is_missing_whatever_becomes_of_words() -> None:
    table = read_table(b"gold,predicted,score\nNA,NA,1\n,EU,0.5\nEU,EU,NA\nNA,EU,0.2\nUK,EU,0.2\n")
    columns = Columns("gold", "predicted", ("score",))
    for words in (False, True):
        with pytest.raises(MissingValues):
            build(table, columns, words_too=words)
    assert build(table, columns, leave_out=True).rows.tolist() == [0, 3, 4]
    assert build(table, columns, leave_out=True, words_too=True).rows.tolist() == [4]


def test_classes_whose_accents_are_written_in_two_ways_are_one() -> None:
    composed, apart = (unicodedata.normalize(form, "mèo") for form in ("NFC", "NFD"))
    table = read_table(f"gold,predicted\n{apart},{composed}\nchó,{apart}\nchó,chó \n".encode())
    built = build(table, guess(table))
    assert built.predictions.labels == ("chó", apart), "written as it came first"
    assert built.predictions.matrix().counts.tolist() == [[1, 1], [0, 1]]
    assert len(classes_of(table, guess(table))) == 2
    scored = read_table(f"gold,p_{composed},p_chó\n{apart},0.7,0.3\nchó,0.4,0.6\n".encode())
    assert build(scored, guess(scored)).score_classes == (apart, "chó")


VIETNAMESE = "nhãn,dự đoán\nlợn,vịt\nbò,mèo\nvịt,chuột\nthỏ,thỏ\n"


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        (VIETNAMESE, "cp1258", "Windows-1258"),
        ("gold,predicted\nvịt,vịt\nbò,vịt\n", "cp1258", "Windows-1258"),
        ("gold,predicted\nKätzchen,Größe\nfaçade,Ærø\n", "cp1252", "Windows-1252"),
        ("gold,predicted\nciò,può\nperciò,così\n", "cp1252", "Windows-1252"),
        ("gold,predicted\nnão,informações\nmaçã,limões\n", "cp1252", "Windows-1252"),
        (VIETNAMESE, "utf-8-sig", "UTF-8"),
        (VIETNAMESE, "utf-16", "UTF-16"),
    ],
)
def test_letters(text: str, codec: str, name: str) -> None:
    if codec == "cp1258":  # as Windows writes it: letters with hats whole, the five tones apart
        tones = "\u0300\u0309\u0303\u0301\u0323"
        parts = (unicodedata.normalize("NFD", letter) for letter in text)
        text = "".join(
            unicodedata.normalize("NFC", "".join(sign for sign in part if sign not in tones))
            + "".join(sign for sign in part if sign in tones)
            for part in parts
        )
    table = read_table(text.encode(codec))
    assert table.encoding == name
    whole = unicodedata.normalize("NFC", text)
    assert ",".join(table.names) == whole.splitlines()[0]
    assert [table.column(column)[0].as_py() for column in table.names] == whole.splitlines()[1].split(",")


def test_letters_can_be_chosen() -> None:
    data = "gold,predicted\nпёс,кот\n".encode("cp1251")
    assert read_table(data, "Windows-1251").column("gold")[0].as_py() == "пёс"
    for name in EIGHT_BIT:
        assert as_utf8(data, name)[1] in (name, "Latin-1")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_pointer_or_a_web_page_is_named(delimiter: str) -> None:
    with pytest.raises(UserError, match="Git LFS pointer"):
        read_table(b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n")
    with pytest.raises(UserError, match="HTML page"):
        read_table(f"<!doctype html>\n<title>a{delimiter}b</title>\n".encode())
