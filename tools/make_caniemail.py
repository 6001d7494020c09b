"""Makes what the HTML check of sinks knows of mail programs, from the npm package `caniemail` (MIT).

npm pack caniemail && tar xzf caniemail-*.tgz && python tools/make_caniemail.py package
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

PLACE = Path(__file__).resolve().parent.parent / "python" / "gatepost" / "sinks" / "http" / "html_check"
KEPT = ("slug", "title", "description", "url", "category", "tags", "stats", "notes_by_num")


def main() -> None:
    package = Path(sys.argv[1])
    given = json.loads((package / "data" / "caniemail.json").read_text())
    kept = {
        "date": given["last_update_date"],
        "names": {kind: given["nicenames"][kind] for kind in ("family", "platform")},
        "features": [{key: feature[key] for key in KEPT} for feature in given["data"]],
    }
    (PLACE / "caniemail.json").write_text(json.dumps(kept, ensure_ascii=False, separators=(",", ":")) + "\n")
    (PLACE / "caniemail.LICENSE").write_text((package / "LICENSE").read_text())


if __name__ == "__main__":
    main()
