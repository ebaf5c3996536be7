"""From values that changed to alarms, and from alarms to incidents: what the data say, whatever order they came in."""
