from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_administrators")]
    operations = [migrations.RemoveField(model_name="person", name="is_administrator")]
