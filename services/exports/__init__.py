"""Files of a map's content: tables in words, drawing, and the formats that are made of them. Pure but for `make`."""
