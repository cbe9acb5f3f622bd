"""What readers say of answers: kept one record an answer, listed, and turned into questions of a question set."""
