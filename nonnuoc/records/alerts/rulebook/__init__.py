"""The rules of alarm as people make them: checked, tried on the past, changed, counted."""
