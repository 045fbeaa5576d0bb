"""Put claims on the map: places, store, events, control over time."""
