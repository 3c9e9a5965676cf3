"""Measures what README promises: accuracy on public data, speed, memory, the learning curve."""
