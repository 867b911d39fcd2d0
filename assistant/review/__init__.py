"""The review of a contract: what its passages are about, what they say, and how that stands to a playbook."""
