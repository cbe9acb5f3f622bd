"""From a question to a query, and from a query to hits. Knows nothing of answers, prompts or pages."""
