"""From a document to its passages, and to where the known terms stand in them."""
