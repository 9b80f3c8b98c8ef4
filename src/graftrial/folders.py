"""Names in a study folder that more than one room needs; imports nothing, so that the command line can look at once."""

WORKED_PATIENTS = "worked_patients"
