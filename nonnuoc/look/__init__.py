"""How every face looks: the base page, the components, the built front end."""
