"""Items out to other systems and in from trainers: Anki, Moodle GIFT and XML, QTI 2.1, CSV.

Numbers of calculations are drawn once for an export, always the same. What a format has no type for is written as the nearest
one that keeps the key: an order as a match of steps and places, a defect as a match of segments and kinds.
"""
