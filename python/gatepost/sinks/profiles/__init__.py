"""Real gates as data: who may log in, what is asked of letters, and what becomes of which. One TOML file for each."""

from .profile import REQUIRED_HEADERS, Profile
from .shipped import PROFILES, profile_named, profile_names, user_folder

__all__ = ["PROFILES", "REQUIRED_HEADERS", "Profile", "profile_named", "profile_names", "user_folder"]
