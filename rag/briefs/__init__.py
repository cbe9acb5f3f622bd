"""From files to issues and items: formats, layout, bodies. Knows nothing of passages, vectors or questions."""
