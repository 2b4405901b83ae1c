"""Events and the SLA ledger are appended to, never changed: the database itself refuses."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# TRUNCATE is not refused: only the owner of the tables may do it, and tests need it.
# An erasure of personal data that has to rewrite a note says so first, in its transaction:
# SET LOCAL heatmaps.erasure = 'on'.
FUNCTION = """
CREATE FUNCTION spots_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('heatmaps.erasure', true) = 'on' THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE ON spots_event
    FOR EACH ROW EXECUTE FUNCTION spots_append_only();
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON spots_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION spots_append_only();
"""
UNDO = """
DROP TRIGGER event_append_only ON spots_event;
DROP TRIGGER ledger_append_only ON spots_ledgerentry;
DROP FUNCTION spots_append_only();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('spots', '0002_base_feature_zoom'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='clock',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clocks', to='spots.case', verbose_name='case'),
        ),
        migrations.AlterField(
            model_name='clock',
            name='satisfied_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='done at'),
        ),
        migrations.AlterField(
            model_name='ledgerentry',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who'),
        ),
        migrations.AlterField(
            model_name='ledgerentry',
            name='clock',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='spots.clock', verbose_name='SLA clock'),
        ),
        migrations.AlterField(
            model_name='ledgerentry',
            name='kind',
            field=models.CharField(choices=[('started', 'started'), ('resumed', 'runs on'), ('satisfied', 'done'), ('breached', 'missed'), ('stopped', 'no longer needed')], max_length=10, verbose_name='what'),
        ),
        migrations.RunSQL(FUNCTION, UNDO),
    ]
