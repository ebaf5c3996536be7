from django.db import migrations, models


class Migration(migrations.Migration):
    """Indexes for what the sender and the ledger ask: what is due or leased, and keys by how they begin."""

    dependencies = [("outbox", "0001_outbox")]

    operations = [
        migrations.RemoveIndex(model_name="message", name="message_due"),
        migrations.RemoveIndex(model_name="message", name="message_key"),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                fields=["due"], condition=models.Q(("state__in", ["queued", "sending"])), name="message_due"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["key"], opclasses=["varchar_pattern_ops"], name="message_key"),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["webhook", "-queued"], name="message_webhook"),
        ),
    ]
