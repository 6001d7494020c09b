"""One letter after another: its envelope, pooled connections, the verdict for each recipient."""
