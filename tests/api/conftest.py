"""The observed world for every test of what machines read and write."""

from tests.api.observed import world as world
