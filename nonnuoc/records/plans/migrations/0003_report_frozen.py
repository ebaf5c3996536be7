"""The database itself refuses to change or delete an issued report. A test database may be emptied."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION plan_report_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'issued' THEN
        RAISE EXCEPTION 'an issued report is never changed';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER plan_report_frozen BEFORE UPDATE OR DELETE ON plans_report
    FOR EACH ROW EXECUTE FUNCTION plan_report_frozen();
CREATE FUNCTION plan_report_not_truncated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('nonnuoc.test_database', true) IS DISTINCT FROM 'yes' THEN
        RAISE EXCEPTION 'issued reports are never deleted';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER plan_report_not_truncated BEFORE TRUNCATE ON plans_report
    FOR EACH STATEMENT EXECUTE FUNCTION plan_report_not_truncated();
"""
BACKWARD = """
DROP TRIGGER plan_report_not_truncated ON plans_report;
DROP FUNCTION plan_report_not_truncated();
DROP TRIGGER plan_report_frozen ON plans_report;
DROP FUNCTION plan_report_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("plans", "0002_savings_of_forms")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
