"""What people write: templates cut into literals, fields and regions, and the parts that all letters share."""
