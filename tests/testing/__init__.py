"""The test client that users get: what a page sees of an application, and what its author is told."""
