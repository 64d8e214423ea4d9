"""Recognition: which known terms stand in a text, where, and what is to be used for them.

`matcher` finds keys in a text; `current` keeps matchers that are never behind the database; `texts` answers callers.
"""
