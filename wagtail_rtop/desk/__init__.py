"""What editors work with beside the page editor: merging, checking, looking up."""
