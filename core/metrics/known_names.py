"""What tools and people call the true class, the predicted class and sums: the one list of these words.

Used for the columns of uploaded tables, and for headings and corners of pasted confusion matrices.
"""

from __future__ import annotations

import re

from core.names import same

TARGET = (
    "gold", "truth", "true", "ytrue", "goldlabel", "truelabel", "trueclass", "groundtruth", "gt", "obs", "observed",
    "observation", "actual", "actuals", "actualclass", "actuallabel", "reference", "ref", "expected", "target",
    "targets", "ytest", "label", "labels", "class", "y",
    "nhãn", "nhãnthật", "thựctế", "wahr", "tatsächlich", "klasse", "réel", "vérité", "real", "verdadero",
    "nhãnthực", "nhãnđúng", "giátrịthực", "referenz", "wahrheit", "soll", "ist", "étiquette", "réelle", "vrai", "vraie",
    "observé", "reale", "vero", "verdadeiro", "werkelijk", "真实", "真实标签", "真值", "正解", "истина", "rzeczywiste",
)  # fmt: skip
"""Names of the true class, the surest first; without blanks and signs, in lower case."""
PREDICTED = (
    "predicted", "prediction", "predictions", "pred", "preds", "ypred", "yhat", "predictedlabel", "predictedclass",
    "predlabel", "predclass", "forecast", "estimate", "output", "outputs", "response", "system", "model", "classifier",
    "hypothesis", "guess", "dựđoán", "vorhersage", "vorhergesagt", "prédit", "prédiction", "predicho", "predicción",
    "dựbáo", "prognose", "prédite", "prévu", "prévision", "predicha", "previsto", "predizione", "predetto", "predito",
    "predição", "voorspeld", "voorspelling", "预测", "预测标签", "予測", "предсказание", "прогноз", "przewidziane",
    "predykcja", "hyp", "dt", "det", "detected", "detection", "got",
)  # fmt: skip
"""Names of the predicted class, likewise."""
_PREDICTED_PARTS = {
    "predicted", "prediction", "predictions", "pred", "preds", "predict", "predicts", "ypred", "yhat", "hat", "output",
    "outputs", "forecast", "vorhersage", "đoán",
    "vorhergesagte", "prognose", "prédit", "prédite", "predicha", "predito", "prevista", "voorspelde",
}  # fmt: skip
_TARGET_PARTS = {
    "gold", "truth", "true", "ytrue", "obs", "observed", "actual", "actuals", "reference", "expected", "target", "gt",
    "wahre", "tatsächliche", "réel", "réelle", "vraie", "verdadera", "verdadeira", "werkelijke",
}  # fmt: skip
TOTALS = (
    "all", "total", "totals", "sum", "sums", "σ", "∑", "grand total", "row total", "column total", "row totals",
    "column totals", "row sum", "column sum", "col total", "subtotal", "margin", "tổng", "tổng cộng", "tổng số",
    "gesamt", "gesamtergebnis", "gesamtsumme", "total général", "total general", "total geral", "totale complessivo",
    "eindtotaal", "общий итог", "row sums", "column sums", "rowsum", "colsum",
    "summe", "insgesamt", "somme", "totaal", "suma", "totale", "итого", "合计", "合計", "总计",
)  # fmt: skip
"""Headings of sums, in lower case."""


def squeezed(name: str) -> str:
    """A name in lower case with nothing but its letters: "Y_true" and "y.true" are "ytrue"."""
    return "".join(letter for letter in same(name).casefold() if letter.isalpha() or letter == "+")


def parts(name: str) -> list[str]:
    """The words of a name in lower case: "predictedClass" and "pred.rf" have two."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", same(name))
    return [word for word in re.split(r"[\W\d_]+", spaced.casefold()) if word]


def is_predicted(name: str) -> bool:
    """Whether a name says that this is what a model predicted; such a column is never target."""
    return squeezed(name) in PREDICTED or not _PREDICTED_PARTS.isdisjoint(parts(name))


def is_target(name: str) -> bool:
    """Whether a name says that this is what is true."""
    return not is_predicted(name) and (squeezed(name) in TARGET or not _TARGET_PARTS.isdisjoint(parts(name)))


def is_total(name: str) -> bool:
    """Whether a heading announces sums."""
    return " ".join(same(name).casefold().strip("*: ").split()) in TOTALS
