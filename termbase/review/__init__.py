"""What waits for a person's decision: the queues, and one item after the other."""
