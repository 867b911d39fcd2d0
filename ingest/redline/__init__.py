"""A contract in Word with tracked changes and comments: `place` finds where in the file an offset of the text stands, `revise`
changes one paragraph, `comments` keeps the margin, `redline` puts the file together again.

Only what is changed is written anew: every other paragraph and part keeps its bytes.
"""
