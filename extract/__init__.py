"""Read news text and find the claims it makes about who controls which place."""
