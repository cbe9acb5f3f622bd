"""From hits to a cited answer: what to say, in whose voice, and where it stands. Knows nothing of pages or shells."""
