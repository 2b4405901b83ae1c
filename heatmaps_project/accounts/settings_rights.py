"""What is set up once for everybody: rights that an administrator has as a whole."""

SETTINGS = frozenset(
    f"{app}.{action}_{model}"
    for app, models in {
        "complaints": (
            "brand",
            "region",
            "topic",
            "address",
            "ownnumber",
            "onlinegeocoder",
            "numberrange",
        ),
        "spots": (
            "team",
            "certifiedbrand",
            "cause",
            "fixcheck",
            "latereason",
            "singlerule",
            "detectionrule",
            "routingrule",
            "priorityweights",
            "importantplace",
            "policy",
            "workingtime",
            "ladder",
            "rung",
            "site",
            "sector",
            "coverage",
            "networkevent",
            "attractor",
        ),
        "feedback": (
            "template",
            "openingpolicy",
            "sendingrule",
            "gateway",
            "sender",
            "survey",
            "surveyquestion",
            "sortingword",
            "alarmrule",
            "department",
            "gift",
            "giftrule",
            "goodwilllimit",
            "goodwillbudget",
        ),
        "heatmaps_project": (
            "user",
            "unit",
            "digestrule",
            "apiclient",
            "article",
            "criterion",
            "emergencycontact",
            "phrase",
            "requestkind",
            "inlet",
            "walltargets",
            "retentionrule",
        ),
    }.items()
    for model in models
    for action in ("view", "add", "change", "delete")
)
