"""The desk: the queue, one case with the talk in it, what staff do there, and live refresh."""
