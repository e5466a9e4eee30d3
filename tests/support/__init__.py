"""What the functional tests and the demo share; README.md says where to start."""
