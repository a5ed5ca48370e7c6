"""Who the coalition is, per site and language."""
