"""How the example site writes dates where Django's own form is another."""
