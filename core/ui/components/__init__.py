"""Pictures that answer to mouse, touch and keyboard: each a module, and by its name the files the browser loads."""
