"""The proof that a customer was erased, for whoever has to show it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from complaints.customers.models import Erasure


class Command(BaseCommand):
    help = "Print the signed report of a customer's erasure; check_erasure_report reads it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("customer", type=int, help="our number of the customer")

    def handle(self, *args: Any, customer: int, **options: Any) -> None:
        report = Erasure.objects.filter(customer=customer).values_list("report", flat=True).first()
        if report is None:
            raise CommandError(f"Customer {customer} was not erased.")
        if not report:
            raise CommandError(f"Customer {customer} was erased before there were reports.")
        self.stdout.write(report)
