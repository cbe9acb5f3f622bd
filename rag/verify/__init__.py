"""Statement and cited items -> whether the items bear the statement out, by rules and in milliseconds."""
