"""A bilingual (Chinese–English) terminology management service."""

VERSION = "0.1.0"
