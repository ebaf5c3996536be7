"""Series as files, and drawn together by the database."""
