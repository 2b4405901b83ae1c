"""The admin of complaints, gathered from its topics."""

from django.contrib import admin

from complaints.customers.admin import BrandAdmin, CustomerAdmin
from complaints.customers.numbers.admin import NumberRangeAdmin, OwnNumberAdmin
from complaints.geocoding.admin import (
    AddressAdmin,
    PlacedAddressAdmin,
    RegionAdmin,
    UnplacedComplaintAdmin,
)
from complaints.geocoding.online.admin import OnlineGeocoderAdmin
from complaints.imports.admin import ComplaintImportAdmin
from complaints.intake.admin import ComplaintAdmin, TopicAdmin
from complaints.models import (
    Address,
    Brand,
    Complaint,
    ComplaintImport,
    Customer,
    NumberRange,
    OnlineGeocoder,
    OwnNumber,
    PlacedAddress,
    Region,
    Topic,
    UnplacedComplaint,
)

__all__ = ("ComplaintAdmin",)  # spots makes its own of it

admin.site.register(Address, AddressAdmin)
admin.site.register(Brand, BrandAdmin)
admin.site.register(Complaint, ComplaintAdmin)
admin.site.register(ComplaintImport, ComplaintImportAdmin)
admin.site.register(Customer, CustomerAdmin)
admin.site.register(NumberRange, NumberRangeAdmin)
admin.site.register(OnlineGeocoder, OnlineGeocoderAdmin)
admin.site.register(OwnNumber, OwnNumberAdmin)
admin.site.register(PlacedAddress, PlacedAddressAdmin)
admin.site.register(Region, RegionAdmin)
admin.site.register(Topic, TopicAdmin)
admin.site.register(UnplacedComplaint, UnplacedComplaintAdmin)
