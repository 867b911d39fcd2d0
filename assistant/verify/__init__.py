"""Is a sentence that a model wrote supported by the passages that it cites? Plain code decides, and no model.

`split` cuts what a model says into sentences, `ground` is what they may rest on, `quote`, `name` and `sense` look at one thing
each, `judge` puts them together, and `repair` finds the source's own words for what failed.
"""
