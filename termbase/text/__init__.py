"""Pure functions on characters: matching keys, n-grams, sentences and languages. No Django here."""
