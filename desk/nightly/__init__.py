"""The night's proof as the application makes it: ledgers gathered, report kept, mailed, shown."""
