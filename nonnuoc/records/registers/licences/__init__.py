"""Environmental dossiers, licences to abstract water, and the dated obligations that follow from them."""
