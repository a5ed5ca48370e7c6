"""Where editors set what holds a page back: its embargo and its retraction.

What either of them does is in ``wagtail_rtop.visibility``; here are the forms,
the views, and the public list of retractions.
"""
