"""Names of what the section keeps."""

KEY = "transfer_data"
VIEW = f"{KEY}_view"
PICTURES, AUGMENTATION, CLASSES = "Pictures", "Augmentation", "My classes"
VIEWS = (PICTURES, AUGMENTATION, CLASSES)
