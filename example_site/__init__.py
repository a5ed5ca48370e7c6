"""A small coalition site that uses wagtail-rtop: to look at, and to copy from."""
