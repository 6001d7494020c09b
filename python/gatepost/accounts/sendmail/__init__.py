"""The command line of sendmail as a server: an LMTP session within this process hands each letter to the program."""

from .bridge import SendmailBridge

__all__ = ["SendmailBridge"]
