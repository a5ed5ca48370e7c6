"""Reports in the admin, and their spreadsheets."""
