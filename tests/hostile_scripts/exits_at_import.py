# /// script
# requires-python = ">=3.8"
# dependencies = []
# ///
"""Ends the process before it can be asked anything."""

import os
from typing import Any

extract: Any
os._exit(5)
