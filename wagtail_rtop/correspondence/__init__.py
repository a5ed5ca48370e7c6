"""The correspondence desk in the admin: who was written to, who owes an answer."""
