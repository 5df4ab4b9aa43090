"""Files of any kind: checked, unpacked, written whole or not at all, and told apart."""
