"""Fetching: what lies in an archive, a database, an endpoint or on the web becomes files on disk.

Only what a steward names on the command line is fetched, never what a document or a request names.
Everything that comes back is hostile until a reader has parsed it: each way in has limits on size
and time, and no password gets into a name, an error or a note. What stands in the files, and what
it means, may not enter here.
"""
