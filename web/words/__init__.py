"""The words of the interface: `catalogue` reads them, `lexicon` (the workspace) and `training` name whose words they are."""
