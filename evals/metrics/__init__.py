"""The metrics: each file one family; `base` tells what a metric is, `registry` lists them all."""
