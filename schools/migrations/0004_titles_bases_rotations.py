import django.db.models.deletion
import schools.models.dated
import uuid
from django.conf import settings
from django.db import migrations, models

from schools.curriculum import SchoolSystem, stage_of
from schools.names import pinyin_of


def fill(apps, schema_editor):
    """The pinyin of names and the stages of what is taught, for the rows that are there."""
    for user in apps.get_model("schools", "User").objects.filter(pinyin="").iterator():
        user.pinyin = pinyin_of(user.name)
        user.save(update_fields=["pinyin"])
    assignments = apps.get_model("schools", "TeachingAssignment").objects.filter(stage="")
    for assignment in assignments.exclude(grade=None).iterator():
        assignment.stage = stage_of(assignment.grade, SchoolSystem.SIX_THREE)
        assignment.save(update_fields=["stage"])


class Migration(migrations.Migration):

    dependencies = [
        ('schools', '0003_user_is_demonstration'),
    ]

    operations = [
        migrations.CreateModel(
            name='RosterUpload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('file_name', models.CharField(max_length=200)),
                ('rows', models.JSONField(default=list)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('taken_at', models.DateTimeField(null=True)),
                ('counts', models.JSONField(default=dict)),
            ],
            options={
                'verbose_name': 'roster',
                'verbose_name_plural': 'rosters',
            },
        ),
        migrations.CreateModel(
            name='Rotation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(default=schools.models.dated.today, verbose_name='since')),
                ('until', models.DateField(blank=True, null=True, verbose_name='until')),
                ('subject', models.CharField(blank=True, choices=[('chinese', 'Chinese'), ('mathematics', 'Mathematics'), ('english', 'English'), ('morality_law', 'Morality and law'), ('politics', 'Ideology and politics'), ('history', 'History'), ('geography', 'Geography'), ('science', 'Science'), ('physics', 'Physics'), ('chemistry', 'Chemistry'), ('biology', 'Biology'), ('music', 'Music'), ('fine_arts', 'Fine arts'), ('arts', 'Arts'), ('pe', 'Physical education and health'), ('information', 'Information technology'), ('technology', 'General technology'), ('labour', 'Labour'), ('practice', 'Integrated practice'), ('calligraphy', 'Calligraphy'), ('mental_health', 'Mental health'), ('japanese', 'Japanese'), ('russian', 'Russian'), ('local', 'Local course')], max_length=20, verbose_name='subject')),
            ],
            options={
                'verbose_name': 'rotation',
                'verbose_name_plural': 'rotations',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SubjectBase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('subject', models.CharField(choices=[('chinese', 'Chinese'), ('mathematics', 'Mathematics'), ('english', 'English'), ('morality_law', 'Morality and law'), ('politics', 'Ideology and politics'), ('history', 'History'), ('geography', 'Geography'), ('science', 'Science'), ('physics', 'Physics'), ('chemistry', 'Chemistry'), ('biology', 'Biology'), ('music', 'Music'), ('fine_arts', 'Fine arts'), ('arts', 'Arts'), ('pe', 'Physical education and health'), ('information', 'Information technology'), ('technology', 'General technology'), ('labour', 'Labour'), ('practice', 'Integrated practice'), ('calligraphy', 'Calligraphy'), ('mental_health', 'Mental health'), ('japanese', 'Japanese'), ('russian', 'Russian'), ('local', 'Local course')], max_length=20, verbose_name='subject')),
                ('stage', models.CharField(choices=[('primary', 'Primary'), ('junior', 'Junior high'), ('senior', 'Senior high')], max_length=10, verbose_name='stage')),
            ],
            options={
                'verbose_name': 'subject base',
                'verbose_name_plural': 'subject bases',
            },
        ),
        migrations.CreateModel(
            name='SubjectBaseMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(default=schools.models.dated.today, verbose_name='since')),
                ('until', models.DateField(blank=True, null=True, verbose_name='until')),
            ],
            options={
                'verbose_name': 'school of a subject base',
                'verbose_name_plural': 'schools of a subject base',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TeacherTitle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(default=schools.models.dated.today, verbose_name='since')),
                ('until', models.DateField(blank=True, null=True, verbose_name='until')),
                ('kind', models.CharField(choices=[('master', 'Master teacher'), ('backbone', 'Backbone teacher'), ('subject_leader', 'Subject leader'), ('special_grade', 'Special-grade teacher'), ('teaching_expert', 'Teaching expert'), ('young_talent', 'Young teacher of distinction')], max_length=20, verbose_name='title')),
                ('level', models.CharField(choices=[('school', 'School level'), ('township', 'Township level'), ('county', 'County level'), ('city', 'City level'), ('province', 'Province level'), ('nation', 'National level')], max_length=10, verbose_name='level')),
            ],
            options={
                'verbose_name': 'teacher title',
                'verbose_name_plural': 'teacher titles',
                'abstract': False,
            },
        ),
        migrations.RemoveConstraint(
            model_name='rolegrant',
            name='schools_a_role_has_one_scope',
        ),
        migrations.AddField(
            model_name='school',
            name='system',
            field=models.CharField(choices=[('six_three', 'Six-three system'), ('five_four', 'Five-four system')], default='six_three', max_length=10, verbose_name='school system'),
        ),
        migrations.AddField(
            model_name='teachingassignment',
            name='stage',
            field=models.CharField(blank=True, choices=[('primary', 'Primary'), ('junior', 'Junior high'), ('senior', 'Senior high')], max_length=10, verbose_name='stage'),
        ),
        migrations.AddField(
            model_name='user',
            name='pinyin',
            field=models.CharField(blank=True, db_index=True, default='', editable=False, max_length=260),
        ),
        migrations.AlterField(
            model_name='rolegrant',
            name='role',
            field=models.CharField(choices=[('library_editor', 'Library editor'), ('school_admin', 'School administrator'), ('group_admin', 'Group administrator'), ('region_admin', 'Region administrator'), ('researcher', 'Subject researcher'), ('judge', 'Judge'), ('portal_editor', 'Portal editor'), ('operator', 'Operator')], max_length=20, verbose_name='role'),
        ),
        migrations.AlterField(
            model_name='teachingassignment',
            name='grade',
            field=models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Grade 1'), (2, 'Grade 2'), (3, 'Grade 3'), (4, 'Grade 4'), (5, 'Grade 5'), (6, 'Grade 6'), (7, 'Grade 7'), (8, 'Grade 8'), (9, 'Grade 9'), (10, 'Senior 1'), (11, 'Senior 2'), (12, 'Senior 3')], null=True, verbose_name='grade'),
        ),
        migrations.AddConstraint(
            model_name='teachingassignment',
            constraint=models.UniqueConstraint(condition=models.Q(('grade__isnull', True)), fields=('membership', 'subject', 'stage'), name='schools_an_assignment_without_grade_once'),
        ),
        migrations.AddField(
            model_name='rosterupload',
            name='accounts',
            field=models.ManyToManyField(related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='rosterupload',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='roster_uploads', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='rotation',
            name='arranged_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='rotation',
            name='home_school',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rotations_out', to='schools.school'),
        ),
        migrations.AddField(
            model_name='rotation',
            name='host_school',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rotations_in', to='schools.school'),
        ),
        migrations.AddField(
            model_name='rotation',
            name='membership',
            field=models.OneToOneField(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='rotation', to='schools.membership'),
        ),
        migrations.AddField(
            model_name='rotation',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rotations', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='subjectbase',
            name='lead_school',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='led_bases', to='schools.school'),
        ),
        migrations.AddField(
            model_name='subjectbase',
            name='region',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subject_bases', to='schools.region'),
        ),
        migrations.AddField(
            model_name='rolegrant',
            name='subject_base',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='schools.subjectbase'),
        ),
        migrations.AddConstraint(
            model_name='rolegrant',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('role__in', ['portal_editor', 'operator']), ('education_group__isnull', True), ('region__isnull', True), ('school__isnull', True), ('subject_base__isnull', True)), models.Q(models.Q(('role__in', ['portal_editor', 'operator']), _negated=True), models.Q(models.Q(('education_group__isnull', True), ('region__isnull', True), ('school__isnull', False), ('subject_base__isnull', True)), models.Q(('education_group__isnull', False), ('region__isnull', True), ('school__isnull', True), ('subject_base__isnull', True)), models.Q(('education_group__isnull', True), ('region__isnull', False), ('school__isnull', True), ('subject_base__isnull', True)), models.Q(('education_group__isnull', True), ('region__isnull', True), ('school__isnull', True), ('subject_base__isnull', False)), _connector='OR')), _connector='OR'), name='schools_a_role_has_one_scope'),
        ),
        migrations.AddField(
            model_name='subjectbasemember',
            name='school',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='base_memberships', to='schools.school'),
        ),
        migrations.AddField(
            model_name='subjectbasemember',
            name='subject_base',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='schools.subjectbase'),
        ),
        migrations.AddField(
            model_name='teachertitle',
            name='entered_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='teachertitle',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='titles', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='rotation',
            constraint=models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('since')), _connector='OR'), name='schools_rotation_ends_after_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='rotation',
            constraint=models.CheckConstraint(condition=models.Q(('home_school', models.F('host_school')), _negated=True), name='schools_a_rotation_leads_to_another_school'),
        ),
        migrations.AddConstraint(
            model_name='subjectbase',
            constraint=models.UniqueConstraint(fields=('region', 'name'), name='schools_a_base_is_named_once_in_a_region'),
        ),
        migrations.AddConstraint(
            model_name='subjectbasemember',
            constraint=models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('since')), _connector='OR'), name='schools_subjectbasemember_ends_after_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='subjectbasemember',
            constraint=models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('subject_base', 'school'), name='schools_one_open_membership_a_school_and_base'),
        ),
        migrations.AddConstraint(
            model_name='teachertitle',
            constraint=models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('since')), _connector='OR'), name='schools_teachertitle_ends_after_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='teachertitle',
            constraint=models.UniqueConstraint(fields=('user', 'kind', 'level', 'since'), name='schools_a_title_once'),
        ),
        migrations.AddConstraint(
            model_name='teachertitle',
            constraint=models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('user', 'kind', 'level'), name='schools_one_open_title_a_kind_and_level'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
