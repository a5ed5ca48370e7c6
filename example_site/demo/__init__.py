"""The demonstration: a coalition of 2012, its letters and a desk that translates them.

What is fact and what is made up for the demonstration: see README.md here.
"""
