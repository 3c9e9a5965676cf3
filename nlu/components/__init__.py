"""Rasa components of this project, and the pure text functions under them."""
