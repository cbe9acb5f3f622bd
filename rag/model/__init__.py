"""Answers written by a language model: what it is asked, how it is reached, what it wrote and what bears it out."""
