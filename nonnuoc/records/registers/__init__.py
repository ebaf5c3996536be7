"""The environmental registers of the province: one pattern, and a room with real tables for each subject.

Each register is a model and a declaration (`pattern.register.Register`); `every.REGISTERS` has them all.
"""
