"""The pages that translators use."""
