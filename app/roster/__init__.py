"""Who may sign: changing the roster, joining a deployment, standing behind what others signed."""
