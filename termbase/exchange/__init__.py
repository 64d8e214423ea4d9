"""Files in and out, through the format-neutral `Entry`."""
