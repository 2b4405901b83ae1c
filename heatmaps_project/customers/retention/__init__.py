"""Personal data end by their age: each kind by its own, where nothing is open any more."""
