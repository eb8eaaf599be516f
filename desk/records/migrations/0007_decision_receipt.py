from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0006_nights'),
    ]

    operations = [
        migrations.AddField(
            model_name='decisionrecord',
            name='received_at',
            field=models.DateTimeField(blank=True, help_text='The receipt that the clock was run from.', null=True),
        ),
    ]
