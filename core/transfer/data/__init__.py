"""Labelled sets of pictures: those that come with the app, and the visitor's own."""
