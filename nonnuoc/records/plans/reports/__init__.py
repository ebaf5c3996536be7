"""What a round comes to: one report, drafted from records, frozen when issued."""
