"""Events, processings, edges and flows, rebuilt from spans."""
