"""Read the page: Page to Article."""
