"""Files brought into a register: read as a table, looked through whole, and kept whole or not at all.

table.py has what every format becomes, headings.py which column is which field, cells.py values, places.py where
things lie, looking.py the plan of what the file would change with every fault in it, keeping.py its writing.
"""
