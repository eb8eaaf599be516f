"""Durable workflows: the only importer of the engine (docs/decisions).

``steps`` are plain functions that can be run twice; ``workflows`` put them in order for the engine;
``outbox`` hands the engine the work that transactions asked for; ``watch`` takes files in;
``worker`` is the process in which all of it runs.
"""
