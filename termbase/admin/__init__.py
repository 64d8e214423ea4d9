"""The terminologist's workbench."""
