"""The vocabulary as a product of its own: its gates, what follows from it, its versions, its pages.

Everything here reads the data rooms and writes nothing; records and their log are not its concern.
"""
