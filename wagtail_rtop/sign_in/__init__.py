"""Members sign in on the site itself: Django's views, our template, a limit on tries."""
