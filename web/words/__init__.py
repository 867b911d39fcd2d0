"""The words of the pages behind the public one, a module for each part; `lexicon` puts them together."""
