"""A campaign as files: its letter, its list as it was read, and what became of each row."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from ..history.table import Table
from ..store import Store
from .lists.row_json import read_rows
from .spec import CampaignSpec


def export(store: Store, campaign_id: int, spec: CampaignSpec, results: Table, folder: Path) -> list[Path]:
    """Writes campaign.json, letter.html and letter.txt, recipients.csv, results.csv, and the shared files of the letter
    into a folder, which is made where it is absent. Returns what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [folder / "campaign.json"]
    written[0].write_text(json.dumps(spec.to_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    for name, body in (("letter.html", spec.template.html), ("letter.txt", spec.template.text)):
        if isinstance(body, str):
            (folder / name).write_text(body, encoding="utf-8")
            written.append(folder / name)
    listed = store.results(campaign_id, ["line", "fields"]).drop_nulls("line").sort("line", maintain_order=True)
    texts = listed["fields"].to_list()
    rows = [{key: _cell(value) for key, value in row.items()} for row in read_rows(texts)]
    if rows:
        written.append(Table(pl.DataFrame(rows, infer_schema_length=None)).write_csv(folder / "recipients.csv"))
    written.append(results.write_csv(folder / "results.csv"))
    for index, part in enumerate(dict.fromkeys(one for one in (*spec.attachments, *spec.inline))):
        if not isinstance(part, str):
            path = folder / "files" / f"{index + 1}-{Path(part.name).name or 'file'}"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(part.data)
            written.append(path)
    return written


def _cell(value: object) -> str | None:
    """A cell of a CSV file; lists and mappings as JSON."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict | list) else str(value)
