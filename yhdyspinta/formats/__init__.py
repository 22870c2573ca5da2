"""How dates are written: in Finland the day comes first, in each language."""
