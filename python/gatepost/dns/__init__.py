"""Questions to the DNS, and which organisation a domain is of."""

from __future__ import annotations

from .budget import BudgetedResolver
from .resolver import Resolver, Service, SystemResolver, TableResolver, TemporaryDnsError, resolver_of

__all__ = [
    "BudgetedResolver",
    "Resolver",
    "Service",
    "SystemResolver",
    "TableResolver",
    "TemporaryDnsError",
    "resolver_of",
]
