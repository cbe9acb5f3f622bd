"""What stands across items: goals by their deadline, topics, and what changed from one stretch of briefs to another."""
