"""Campaigns: from a list to an explained delivery report."""

from .async_campaign import AsyncCampaign
from .campaign import Campaign
from .check import CheckReport
from .recipients import read_recipients
from .report import CampaignReport
from .retry import RetryPolicy
from .run_lock import AlreadyRunning
from .selection import Selection
from .status import CampaignStatus, Explanation
from .suppressions import Suppressions
from .template import Template

__all__ = [
    "AlreadyRunning",
    "AsyncCampaign",
    "Campaign",
    "CampaignReport",
    "CampaignStatus",
    "CheckReport",
    "Explanation",
    "RetryPolicy",
    "Selection",
    "Suppressions",
    "Template",
    "read_recipients",
]
