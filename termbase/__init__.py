"""A bilingual (Chinese–English) terminology management service."""
