"""The figures of the study behind the product, as they were published."""

FOUND, NOT_SELECTED = 20_254, 9_146
HOURS_87_5_MS = 315_000_000
ITEMS = 11_108
PHOTOGRAPH = {"person": "child", "appears_photograph": "yes"}
CRIMINAL = {**PHOTOGRAPH, "severity": "C", "age_band": "7-10", "sex": "female", "ai": "generated"}
PROHIBITED = {
    "person": "child",
    "appears_photograph": "no",
    "pornographic": "yes",
    "depicts": "focus",
    "obscene": "yes",
    "ai": "generated",
}
# (how many, the facts): the study found 20,254 items, assessed 11,108 and counted these.
OF_THE_STUDY = (
    (2_562, CRIMINAL),
    (416, PROHIBITED),
    (390, {"person": "age-in-question", "appears_photograph": "yes", "ai": "generated"}),
    (4_340, {**PHOTOGRAPH, "severity": "not-indecent", "borderline": "no", "ai": "generated"}),
    (
        492,
        {
            "person": "suspected-adult",
            "appears_photograph": "yes",
            "adult_content": "none",
            "ai": "generated",
        },
    ),
    (1_634, {"person": "known-adult", "appears_photograph": "no", "ai": "generated"}),
    (1_274, {"person": "off-remit", "ai": "generated"}),
)
