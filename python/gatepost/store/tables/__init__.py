"""What a store does, over any database that runs its statements: a file for each thing that is remembered."""
