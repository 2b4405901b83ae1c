"""Where an installation begins: the rule that takes what no other takes, and reasons for being late."""

from django.db import migrations

LAST = 1000  # rules that people add come before it
# Administrators edit, add and archive them.
REASONS = (
    ("access", "Нет доступа к объекту", "No access to the site"),
    ("parts", "Ждали оборудование или запчасти", "Waited for equipment or parts"),
    ("third_party", "Ждали подрядчика или владельца объекта", "Waited for a contractor or the site's owner"),
    ("power", "Нет электроснабжения", "No power supply"),
    ("weather", "Погода или чрезвычайная ситуация", "Weather or an emergency"),
    ("cause", "Долго искали причину", "The cause was hard to find"),
    ("team", "Пятно не сразу попало в нужную группу", "It did not reach the right team at once"),
    ("load", "Слишком много пятен одновременно", "Too many spots at once"),
    ("other", "Другое", "Other"),
)


def begin(apps, _schema):
    apps.get_model("spots", "DetectionRule").objects.create(name="default", order=LAST, active=True)
    reason = apps.get_model("spots", "LateReason")
    for order, (code, name_ru, name_en) in enumerate(REASONS, 1):
        reason.objects.create(
            code=code,
            order=10 * order,
            name_ru=name_ru,
            name_en=name_en,
            wants_note=code == "other",
        )


class Migration(migrations.Migration):
    dependencies = [("spots", "0002_append_only")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
