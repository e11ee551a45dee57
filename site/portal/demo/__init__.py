"""The demonstration: an invented county, its people, one volume's plans on their way."""
