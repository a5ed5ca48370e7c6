"""Links by which somebody outside reads one text before it is public.

Each is signed, expires, can be revoked, and every opening is logged. See
docs/explanation/holding-back.md.
"""
