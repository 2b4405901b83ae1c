"""The frame round every staff page: its name and colours."""

from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

UNFOLD = {
    "SITE_TITLE": _("Heatmaps"),
    "SITE_HEADER": _("Heatmaps"),
    "SITE_SUBHEADER": _("From complaints to causes"),
    "SITE_SYMBOL": "blur_on",
    "SITE_URL": None,
    "SITE_FAVICONS": [
        {
            "rel": "icon",
            "type": "image/svg+xml",
            "href": lambda request: static("heatmaps_project/icon.svg"),
        }
    ],
    "STYLES": [
        lambda request: static("heatmaps_project/forms.css"),
        lambda request: static("heatmaps_project/progress.css"),
    ],
    "SCRIPTS": [lambda request: static("heatmaps_project/tables.js")],
    "ACCOUNT": {
        "navigation": [
            {
                "title": _("Change password"),
                "link": lambda request: reverse("admin:password_change"),
            },
            {"title": _("Second factor"), "link": lambda request: reverse("second-factor")},
        ]
    },
    "SHOW_LANGUAGES": True,
    "SHOW_BACK_BUTTON": False,
    "SHOW_VIEW_ON_SITE": False,
    "BORDER_RADIUS": "6px",
    "COLORS": {
        # a warm red, as a spot on the map
        "primary": {
            "50": "oklch(97.1% .013 17.38)",
            "100": "oklch(93.6% .032 17.717)",
            "200": "oklch(88.5% .062 18.334)",
            "300": "oklch(80.8% .114 19.571)",
            "400": "oklch(70.4% .191 22.216)",
            "500": "oklch(60.5% .2 25.331)",
            "600": "oklch(54% .195 27.325)",
            "700": "oklch(48% .18 27.518)",
            "800": "oklch(42% .15 26.899)",
            "900": "oklch(36% .12 25.723)",
            "950": "oklch(25.8% .092 26.042)",
        },
    },
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": "heatmaps_project.sidebar.sidebar",
    },
}
