"""The arithmetic of service levels, payments and penalties: pure, exact (`Decimal`), without the library.

`availability` turns percentages into downtime and back, `hours` counts business hours over holidays and time zones,
`credits` works out what an incident log costs, `interest` what a late payment costs.
"""
