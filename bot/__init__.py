"""津暖: a help and intake bot for social assistance (社会救助) in Tianjin."""
