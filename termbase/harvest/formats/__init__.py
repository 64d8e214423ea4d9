"""Files of each kind into text or blocks: plain text, Word documents, PDF, web pages."""
