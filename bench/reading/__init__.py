"""How well Inlet reads faxes nobody tuned on, against its peers, in one command.

    python -m bench.reading --count 30 --conditions fine-light,fine-medium

The generator (``people``, ``faces``, ``canvas``, ``plan_form``, ``order_form``, ``letter``,
``pages``) has its own layouts, label wordings, fonts and people, shares nothing with the samples, the
training lines or the calibration sheets but the fax conditions, and is left alone once written: a
figure is only worth something on pages that nothing was fitted to.
"""
