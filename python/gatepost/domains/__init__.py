"""What domains publish about their mail, and what that says of a letter: SPF, DMARC, Authentication-Results."""

from .authenticate import AuthenticationReport, authenticate
from .authentication_results import AuthenticationResults, MethodResult, Property, without_results_of
from .check import check
from .dmarc import DmarcPolicy, DmarcResult, check_dmarc, find_policy
from .finding import DnsRecord, DomainReport, ExpectedReply, Finding
from .spf import SpfResult, check_spf

__all__ = [
    "AuthenticationReport",
    "AuthenticationResults",
    "DmarcPolicy",
    "DmarcResult",
    "DnsRecord",
    "DomainReport",
    "ExpectedReply",
    "Finding",
    "MethodResult",
    "Property",
    "SpfResult",
    "authenticate",
    "check",
    "check_dmarc",
    "check_spf",
    "find_policy",
    "without_results_of",
]
