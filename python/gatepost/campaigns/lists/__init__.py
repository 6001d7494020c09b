"""What people bring: lists of recipients in files, frames and iterables, and their way into the ledger."""
