"""The browser model, rule by rule; the ids name the rule that a case is of, and what it is about."""
