"""Training: the items with their gate, what is drawn of them, how answers are marked, and what a learner remembers.

Item -gate-> Bank -draw-> Question -mark-> Marked -journal-> Attempt -progress, schedule-> what comes next
"""
