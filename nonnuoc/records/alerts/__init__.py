"""Rules of alarm, the excursions they find in what stations send or fail to send, and the incidents people work on."""
