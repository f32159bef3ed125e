"""Duplicates: records from different sources that are about the same thing.

They are found by exact keys (`addresses`, identifiers) and by a scored comparison (`scoring`) of
what records say (`features`) among those that an index brings together (`index`); they are noted
as candidates (`candidates`), and a person decides. `merging` makes one record of two.
"""
