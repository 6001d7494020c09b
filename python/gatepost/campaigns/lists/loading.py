"""From a list as it was read to the rows of the ledger: who gets a letter, who does not and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ...store import NewRecipient, Status, Store
from .addresses import address_key, wire_address
from .list_row import RecipientList, fields_json


def ledger_rows(
    recipients: RecipientList, address_column: str, store: Store, check_columns: Callable[[list[str]], None]
) -> Iterator[NewRecipient]:
    """Every row of the list with its first state. `check_columns` is called with all columns seen, after the last row.

    A row is invalid where its address or its shape is bad, a duplicate where its address stood in an earlier row.
    """
    suppressed = dict(store.suppressions().select("address", "reason").iter_rows())
    first_row: dict[str, int] = {}
    columns = dict.fromkeys(recipients.columns)
    for row in recipients:
        if recipients.ragged and row.values.keys() - columns.keys():
            columns.update(dict.fromkeys(row.values))
        fields = fields_json(recipients.name, row)
        email = row.values.get(address_column)
        text = "" if email is None else str(email)
        try:
            if row.problem:
                raise ValueError(row.problem)
            address, _ = wire_address(email)
        except ValueError as error:
            yield NewRecipient(row.number, text, "", fields, Status.INVALID, str(error))
            continue
        key = address_key(address)
        earlier = first_row.setdefault(key, row.number)
        if earlier != row.number:
            yield NewRecipient(row.number, text, address, fields, Status.DUPLICATE, f"same address as row {earlier}")
        elif key in suppressed:
            yield NewRecipient(row.number, text, address, fields, Status.SUPPRESSED, suppressed[key])
        else:
            yield NewRecipient(row.number, text, address, fields, Status.QUEUED)
    check_columns(list(columns))
