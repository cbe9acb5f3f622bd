"""From items to passages, and from passages to vectors, words and a catalogue on disk. Knows nothing of questions."""
