"""The form of an attractor: put by a click on the map; later only its note is written."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.customers.walls import Walls
from spots.watching.models import Attractor
from spots.watching.nearby import NothingStandsHereError, Stand, stand_near


class AttractorForm(forms.ModelForm[Attractor]):
    """`stand` is the coordinate that a valid click means."""

    walls: Walls  # of the reader
    stand: Stand

    class Meta:
        model = Attractor
        fields = ("brand", "point", "note")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("brand") and given.get("point"):
            self._find_stand(given)
        return given

    def _find_stand(self, given: dict[str, Any]) -> None:
        brand = given["brand"]
        try:
            self.stand = stand_near(
                given["point"], brand_id=brand.pk, walls=self.walls, now=timezone.now()
            )
        except NothingStandsHereError as refusal:
            self.add_error("point", str(refusal))
            return
        listed = Attractor.objects.filter(
            brand=brand, region=self.stand.region, coordinate=self.stand.coordinate
        ).first()
        if listed is not None:
            said = {"place": listed, "verdict": listed.get_verdict_display()}
            self.add_error("point", _("%(place)s is in the list already: %(verdict)s.") % said)
