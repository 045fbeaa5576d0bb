"""What programs are given over the network: OGC API Features, and an Atom feed."""
