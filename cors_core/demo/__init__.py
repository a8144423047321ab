"""`cors demo`: two frontends and one API on loopback ports, and a page of buttons that shows what a browser makes of it.

`cases` says what is tried, `site` answers it, `server` runs it, `check` has a browser (`chromium`) or plain HTTP
(`plain`) try everything and judges what came of it.
"""
