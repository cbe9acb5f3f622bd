"""A language model, where one is configured: how it is spoken to, what it is told, what of its reply is shown."""
