"""The commands of `nonnuoc`, a file a subject.

They import what they need inside the function: nearly all of it can only be imported once Django is set up, which in
turn needs the database at hand, and `nonnuoc --help` should need neither.
"""
