"""Telegram, the web page and the terminal: foreign updates into `Incoming`, replies into foreign calls."""
