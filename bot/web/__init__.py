"""What residents' and staff pages share: templates, styles, headers, form tokens, live updates, error pages."""
