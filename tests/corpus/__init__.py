"""A corpus of linkbacks, honest ones and spam, by which chains of validators are measured.

All texts were written for it. It is no sample of real traffic: it has more kinds of spam than any
blog sees in a week, and each of them about as often as any other.
"""
