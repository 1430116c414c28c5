"""The one polite client: limits, robots.txt, address guard, host gate. Used by ``discover`` and ``fetch``."""
