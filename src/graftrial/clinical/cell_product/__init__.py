"""The cell product: dose arithmetic, release verdicts, identity panels, donation numbers, custody chain."""
