"""The command ``standpoint``."""
