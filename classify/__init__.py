"""Pages and fields to kinds, requests, gaps, priority, route and clock: pure functions on values and dated tables."""
