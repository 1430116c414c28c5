"""Make it findable: Article and Tags to Elasticsearch."""
