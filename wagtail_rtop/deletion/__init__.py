"""What others use is not deleted: it is refused, with the list of uses."""
