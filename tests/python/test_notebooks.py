"""The notebooks run from top to bottom, in an empty folder, and show what their prose says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gatepost.history import History

nbformat = pytest.importorskip("nbformat", reason="the notebooks need nbformat, nbclient and ipykernel to run")
nbclient = pytest.importorskip("nbclient", reason="the notebooks need nbformat, nbclient and ipykernel to run")
pytest.importorskip("ipykernel", reason="the notebooks need nbformat, nbclient and ipykernel to run")

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def run(path: Path, folder: Path) -> Any:
    """The executed notebook. CellExecutionError shows the cell that failed."""
    notebook = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
    return notebook


def shown(notebook: Any, kind: str) -> str:
    """All that the cells show in this MIME type; "text/plain" with what they print."""
    texts = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            texts.append(output.get("data", {}).get(kind, ""))
            if kind == "text/plain":
                texts.append(output.get("text", ""))
    return "\n".join(texts)


def test_there_are_notebooks() -> None:
    assert [path.name[:3] for path in NOTEBOOKS] == ["01-", "02-"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert not [cell for cell in code if cell.outputs or cell.execution_count]


def test_the_first_campaign_ends_as_its_notebook_tells(tmp_path: Path) -> None:
    notebook = run(FOLDER / "01-first-campaign.ipynb", tmp_path)
    with History(tmp_path / "campaigns.db") as history:
        funnel = {row["stage"]: row["letters"] for row in history.funnel("october-invoices") if row["letters"]}
    # test@test.ru is in no statistics (G3).
    assert funnel == {
        "listed": 7,
        "eligible": 5,
        "attempted": 5,
        "accepted": 4,
        "refused": 1,
        "invalid": 1,
        "duplicate": 1,
    }
    text = shown(notebook, "text/plain")
    assert "Иван, ваш счёт за октябрь" in text
    assert "1 recipient goes back into the queue" in text


def test_the_statistics_show_tables_figures_and_a_report(tmp_path: Path) -> None:
    notebook = run(FOLDER / "02-delivery-statistics.ipynb", tmp_path)
    assert [bool(shown(notebook, kind)) for kind in ("text/html", "image/png")] == [True, True]
    assert "пример.рф" in shown(notebook, "text/html")
    with History(tmp_path / "statistics.db") as history:
        statuses = {row["status"]: row["attempts"] for row in history.stats("status")}
        categories = set(history.stats("category")["category"])
        funnel = {row["stage"]: row["letters"] for row in history.funnel()}
    assert funnel["listed"] == funnel["accepted"] + funnel["refused"] == 600
    assert statuses["retrying"] > 0
    assert {"recipient_unknown", "mailbox_full", "greylisted", "spam_content"} <= categories
    assert "рф" in (tmp_path / "october-news.html").read_text(encoding="utf-8")
