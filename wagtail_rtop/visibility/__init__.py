"""The gate: one answer to "may this visitor know that this page exists?"."""
