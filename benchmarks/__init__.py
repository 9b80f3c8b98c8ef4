"""What graftrial must not exceed in time and memory, measured as ratios within one run: `python -m benchmarks`."""
