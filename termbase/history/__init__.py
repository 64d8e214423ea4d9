"""The history read and acted on: timelines, versions of concepts, restoring and undoing."""
