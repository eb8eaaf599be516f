"""Training of our own line reader: drawn text, the fax channel, the network, its export and scores.

Runs on a developer's machine with ``requirements/train.in`` installed, never in a running Inlet. The
steps, each a program of this package: ``shards`` draws lines, ``train`` fits the network, ``export``
writes ``extract/readers/models/inlet_line.onnx``, ``evaluate`` measures it against its peers.
"""
