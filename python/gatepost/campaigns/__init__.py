"""Campaigns: from a list to an explained delivery report."""

from .async_campaign import AsyncCampaign
from .campaign import Campaign
from .check_facts import Missing, Preview, RowFinding
from .check_report import CheckReport
from .lists.recipients import read_recipients
from .lists.source import RecipientList
from .report import CampaignReport, Cause
from .run.retry import RetryPolicy
from .run.run_lock import AlreadyRunning
from .selection import Selection
from .send_window import SendWindow
from .status import CampaignStatus, Explanation
from .suppressions import Suppressions
from .template.template import Template

__all__ = [
    "AlreadyRunning",
    "AsyncCampaign",
    "Campaign",
    "CampaignReport",
    "CampaignStatus",
    "Cause",
    "CheckReport",
    "Explanation",
    "Missing",
    "Preview",
    "RecipientList",
    "RetryPolicy",
    "RowFinding",
    "Selection",
    "SendWindow",
    "Suppressions",
    "Template",
    "read_recipients",
]
