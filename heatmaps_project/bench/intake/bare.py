"""What intake is compared with: a plain REST framework view that inserts one row."""

from collections.abc import Sequence
from typing import Any

from django.contrib.gis.geos import Point
from django.urls import include, path
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from complaints.intake.models import Complaint


class BareSerializer(serializers.ModelSerializer[Complaint]):
    lon = serializers.FloatField(write_only=True)
    lat = serializers.FloatField(write_only=True)
    text = serializers.CharField()

    class Meta:
        model = Complaint
        fields = (
            *("id", "source", "external_id", "brand", "topic", "channel", "text"),
            *("occurred_at", "lon", "lat"),
        )

    def create(self, validated_data: dict[str, Any]) -> Complaint:
        point = Point(validated_data.pop("lon"), validated_data.pop("lat"), srid=4326)
        now = timezone.now()
        return Complaint.objects.create(
            **validated_data,
            fingerprint=b"",
            received_at=now,
            placing="placed",
            placed_at=now,
            precision="house",
            point=point,
        )


class BareView(APIView):
    required_scopes: Sequence[str] = ("complaints:write",)

    def post(self, request: Request) -> Response:
        serializer = BareSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        serializer.save()
        return Response(serializer.data, status=201)


urlpatterns = [path("bare/", BareView.as_view()), path("", include("heatmaps_project.urls"))]
