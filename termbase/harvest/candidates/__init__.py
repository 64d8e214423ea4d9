"""Candidates: possible terms of a document, found, scored and put into the queue."""
