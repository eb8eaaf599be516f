"""The clerk's pages: queue, request, arrivals, day; sign-in, roles and what a browser may do."""
