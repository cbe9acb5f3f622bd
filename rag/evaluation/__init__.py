"""Question set -> figures -> report, over anything with `retrieve` and `ask`. Nothing below knows of it."""
