"""The launcher's own code; what each part does is in its module."""
