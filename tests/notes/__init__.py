"""A second document: a note with two texts and a list, which gets what editing together needs from the ports."""
