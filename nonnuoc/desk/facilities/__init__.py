"""One identity a facility: doubtful matches, merging, splitting."""
