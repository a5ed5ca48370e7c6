"""What editors work with beside the page editor: lists, merging, roles, panels."""
