"""The pages that explain the interfaces to people, and the OpenAPI document that explains them to programs."""
