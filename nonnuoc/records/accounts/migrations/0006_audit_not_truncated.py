"""Nor can the trail be emptied at once. A test database says that it is one, by a setting no product sets."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION audit_not_truncated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('nonnuoc.test_database', true) IS DISTINCT FROM 'yes' THEN
        RAISE EXCEPTION 'the audit trail is append-only';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER audit_not_truncated BEFORE TRUNCATE ON accounts_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_not_truncated();
"""
BACKWARD = """
DROP TRIGGER audit_not_truncated ON accounts_auditentry;
DROP FUNCTION audit_not_truncated();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_person_without_flag")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
