"""The asyncio twin of Campaign: the same calls, awaited."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import wraps
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, Unpack

from ..arguments import instance
from ..history.table import Table
from ..sending.results import SendResult
from ..store import Store
from .campaign import Campaign
from .check_report import CheckReport
from .report import CampaignReport
from .run.run_state import LEASE, RunArguments, RunControl, check_lease
from .selection import Selection
from .spec import LetterParts
from .status import CampaignStatus, Explanation
from .template.template import Template

if TYPE_CHECKING:
    from ..accounts import Account


_Arguments = ParamSpec("_Arguments")


def _awaited(make: Callable[_Arguments, Campaign]) -> Callable[_Arguments, Awaitable[AsyncCampaign]]:
    """A call with the same arguments that makes an AsyncCampaign."""

    @wraps(make, assigned=())  # help() shows its arguments
    async def create(*arguments: _Arguments.args, **options: _Arguments.kwargs) -> AsyncCampaign:
        """As Campaign(name, ...)."""
        return AsyncCampaign(await asyncio.to_thread(make, *arguments, **options))

    return create


def _nobody_asks(task: asyncio.Future[CampaignReport]) -> None:
    """What a run that was given up raises is no news to the loop."""
    if not task.cancelled():
        task.exception()


class AsyncCampaign:
    """`Campaign` for asyncio; its work runs in threads. Made with `await AsyncCampaign.create(...)` or `.open(...)`.

    Cancelling the task of `run()` or `resume()`, at any moment, pauses the campaign cleanly: what is in flight ends
    before the task does.
    """

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = instance(Campaign)("campaign", campaign)

    create = staticmethod(_awaited(Campaign))

    @classmethod
    async def open(
        cls,
        name: str,
        *,
        store: str | PathLike[str] | Store,
        accounts: Sequence[Account | str] | Account | str | None = None,
    ) -> AsyncCampaign:
        """As Campaign.open."""
        return cls(await asyncio.to_thread(Campaign.open, name, store=store, accounts=accounts))

    @property
    def name(self) -> str:
        """The name in the store."""
        return self._campaign.name

    async def run(self, progress: bool | str | None = None, **options: Unpack[RunArguments]) -> CampaignReport:
        """As Campaign.run."""
        return await self._sending(lambda control: self._campaign._run(control, progress, **options))

    async def work(
        self, progress: bool | str | None = None, *, lease: float = LEASE, **options: Unpack[RunArguments]
    ) -> CampaignReport:
        """As Campaign.work."""
        check_lease(lease)
        return await self._sending(lambda control: self._campaign._run(control, progress, lease=lease, **options))

    async def resume(self, progress: bool | str | None = None, **options: Unpack[RunArguments]) -> CampaignReport:
        """As Campaign.resume."""
        return await self._sending(lambda control: self._campaign._resume(control, progress, **options))

    async def _sending(self, run: Callable[[RunControl], CampaignReport]) -> CampaignReport:
        with self._campaign._asked_for() as control:
            task = asyncio.ensure_future(asyncio.to_thread(run, control))
            try:
                await asyncio.wait([task])
            except asyncio.CancelledError:
                control.stop("paused", "its task was cancelled")
                task.add_done_callback(_nobody_asks)
                await asyncio.wait([task])
                raise
            return task.result()

    @property
    def changes(self) -> list[str]:
        """As Campaign.changes."""
        return self._campaign.changes

    async def update(
        self,
        *,
        recipients: Any = None,
        template: Template | None = None,
        new_texts: bool = False,
        **parts: Unpack[LetterParts],
    ) -> list[str]:
        """As Campaign.update."""
        return await asyncio.to_thread(
            self._campaign.update, recipients=recipients, template=template, new_texts=new_texts, **parts
        )

    async def check(
        self, previews: int = 3, render: int | None = 10_000, *, not_again: str | timedelta | None = None
    ) -> CheckReport:
        """As Campaign.check."""
        return await asyncio.to_thread(self._campaign.check, previews, render, not_again=not_again)

    async def status(self) -> CampaignStatus:
        """As Campaign.status."""
        return await asyncio.to_thread(self._campaign.status)

    async def report(self) -> CampaignReport:
        """As Campaign.report."""
        return await asyncio.to_thread(self._campaign.report)

    async def explain(self) -> Explanation:
        """As Campaign.explain."""
        return await asyncio.to_thread(self._campaign.explain)

    async def results(self) -> Table:
        """As Campaign.results."""
        return await asyncio.to_thread(self._campaign.results)

    async def pause(self, why: str = "") -> None:
        """As Campaign.pause."""
        await asyncio.sleep(0)  # a run that was asked for before has begun then
        await asyncio.to_thread(self._campaign.pause, why)

    async def pause_domain(self, domain: str) -> None:
        """As Campaign.pause_domain."""
        await asyncio.to_thread(self._campaign.pause_domain, domain)

    async def resume_domain(self, domain: str) -> int:
        """As Campaign.resume_domain."""
        return await asyncio.to_thread(self._campaign.resume_domain, domain)

    async def cancel(self, why: str = "") -> None:
        """As Campaign.cancel."""
        await asyncio.sleep(0)  # as for pause()
        await asyncio.to_thread(self._campaign.cancel, why)

    def failed(self, *categories: str) -> Selection:
        """As Campaign.failed."""
        return self._campaign.failed(*categories)

    def unknown(self) -> Selection:
        """As Campaign.unknown."""
        return self._campaign.unknown()

    def suppressed(self) -> Selection:
        """As Campaign.suppressed."""
        return self._campaign.suppressed()

    async def test(self, to: str, row: int | None = None) -> SendResult:
        """As Campaign.test."""
        return await asyncio.to_thread(self._campaign.test, to, row)

    async def preview(self, path: str | PathLike[str], rows: Sequence[int] = ()) -> Path:
        """As Campaign.preview."""
        return await asyncio.to_thread(self._campaign.preview, path, rows)

    async def describe(self) -> dict[str, Any]:
        """As Campaign.describe."""
        return await asyncio.to_thread(self._campaign.describe)

    async def rename(self, name: str) -> None:
        """As Campaign.rename."""
        await asyncio.to_thread(self._campaign.rename, name)

    async def delete(self, *, begun: bool = False) -> None:
        """As Campaign.delete."""
        await asyncio.to_thread(self._campaign.delete, begun=begun)

    async def export(self, folder: str | PathLike[str]) -> list[Path]:
        """As Campaign.export."""
        return await asyncio.to_thread(self._campaign.export, folder)

    async def close(self) -> None:
        """As Campaign.close."""
        await asyncio.to_thread(self._campaign.close)

    async def __aenter__(self) -> AsyncCampaign:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"<Async{repr(self._campaign)[1:]}"
