"""Files of whatever is edited and decided: asked for, made by a worker, fetched. Apps say what is in them."""
