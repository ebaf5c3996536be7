"""The work on a plan's tasks: who does what, the steps on the way, what blocks it, what proves it, how it stands."""
