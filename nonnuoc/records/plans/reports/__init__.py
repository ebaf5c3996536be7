"""What a round comes to: one report, drafted from records, frozen when issued.

`content` says what is to be said and what each sentence rests on, `wording` puts it into words, `docx` and `xlsx` write
it down, `making` has a draft made, `issuing` freezes it.
"""
