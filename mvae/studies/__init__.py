"""The poster's other claims: each module is one study, which `python -m mvae study NAME` runs anew."""
