"""From a folder to a signed batch: found, read once, decoded, encrypted, indexed."""
