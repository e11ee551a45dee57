"""Textbook volumes (教材册次) by edition and issue year, their chapter trees (目录) and the
curriculum standards (课程标准) that lessons serve.

The catalogue is common to all schools and nobody owns it: it comes in by `import_catalogue` and
`import_standards`, never by a page.
"""

from __future__ import annotations

import uuid as uuids
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from schools.curriculum import Grade, Stage, Subject


class Edition(models.TextChoices):
    """The edition (版本) of a textbook series, named after its maker as schools name it."""

    TONGBIAN = "tongbian", _("Tongbian edition")
    RENJIAO = "renjiao", _("Renjiao edition")
    BEISHIDA = "beishida", _("Beishida edition")
    SUJIAO = "sujiao", _("Sujiao edition")
    SUKE = "suke", _("Suke edition")
    SUSHAO = "sushao", _("Sushao edition")
    YILIN = "yilin", _("Yilin edition")
    WAIYAN = "waiyan", _("Waiyan edition")
    JIJIAO = "jijiao", _("Jijiao edition")
    JISHAO = "jishao", _("Jishao edition")
    JIMEI = "jimei", _("Jimei edition")
    JIREN = "jiren", _("Jiren edition")
    XIANGJIAO = "xiangjiao", _("Xiangjiao edition")
    XIANGSHAO = "xiangshao", _("Xiangshao edition")
    XIANGYI = "xiangyi", _("Xiangyi edition")
    XIANGMEI = "xiangmei", _("Xiangmei edition")
    XIANGKE = "xiangke", _("Xiangke edition")
    HUJIAO = "hujiao", _("Hujiao edition")
    HUKE = "huke", _("Huke edition")
    HUKEJIAO = "hukejiao", _("Hukejiao edition")
    HUYUE = "huyue", _("Huyue edition")
    HUWAIJIAO = "huwaijiao", _("Huwaijiao edition")
    HUYIN = "huyin", _("Huyin edition")
    HUSHUHUA = "hushuhua", _("Hushuhua edition")
    HUASHIDA = "huashida", _("Huashida edition")
    HUAZHONG = "huazhong", _("Huazhong edition")
    HUAWEN = "huawen", _("Huawen edition")
    JIAOKE = "jiaoke", _("Jiaoke edition")
    RENYIN = "renyin", _("Renyin edition")
    RENMEI = "renmei", _("Renmei edition")
    RENJIAO_EJIAO = "renjiao_ejiao", _("Renjiao and Ejiao edition")
    RENJIAO_ZHONGTU = "renjiao_zhongtu", _("Renjiao and Zhongtu edition")
    ZHEJIAO = "zhejiao", _("Zhejiao edition")
    ZHERENMEI = "zherenmei", _("Zherenmei edition")
    ZHEKE = "zheke", _("Zheke edition")
    LUJIAO = "lujiao", _("Lujiao edition")
    LUKE = "luke", _("Luke edition")
    LUMEI = "lumei", _("Lumei edition")
    LUXIANG = "luxiang", _("Luxiang edition")
    QINGDAO = "qingdao", _("Qingdao edition")
    JINAN = "jinan", _("Jinan edition")
    YUEJIAO = "yuejiao", _("Yuejiao edition")
    YUEREN = "yueren", _("Yueren edition")
    YUEKE = "yueke", _("Yueke edition")
    HUACHENG = "huacheng", _("Huacheng edition")
    KEYUE = "keyue", _("Keyue edition")
    LINGMEI = "lingmei", _("Lingmei edition")
    XISHIDA = "xishida", _("Xishida edition")
    XINAN = "xinan", _("Xinan edition")
    CHUANJIAO = "chuanjiao", _("Chuanjiao edition")
    DAXIANG = "daxiang", _("Daxiang edition")
    ZHONGTU = "zhongtu", _("Zhongtu edition")
    ZHONGHUA = "zhonghua", _("Zhonghua edition")
    XINGTU = "xingtu", _("Xingtu edition")
    KEPU = "kepu", _("Kepu edition")
    RENAI = "renai", _("Renai edition")
    EJIAO = "ejiao", _("Ejiao edition")
    JINJIAO = "jinjiao", _("Jinjiao edition")
    JINREN = "jinren", _("Jinren edition")
    GUIJIAO = "guijiao", _("Guijiao edition")
    GUIMEI = "guimei", _("Guimei edition")
    GUANGXI_SHIDA = "guangxi_shida", _("Guangxi Shida edition")
    GANMEI = "ganmei", _("Ganmei edition")
    LIAOHAI = "liaohai", _("Liaohai edition")
    LIAOSHIDA = "liaoshida", _("Liaoshida edition")
    MINJIAO = "minjiao", _("Minjiao edition")
    SHANLV = "shanlv", _("Shanlv edition")
    JIELI = "jieli", _("Jieli edition")
    CHONGDA = "chongda", _("Chongda edition")
    BEIJING = "beijing", _("Beijing edition")
    QINGHUA = "qinghua", _("Qinghua edition")
    DIZHI = "dizhi", _("Dizhi edition")
    YUKE = "yuke", _("Yuke edition")
    WUHAN = "wuhan", _("Wuhan edition")
    XILING = "xiling", _("Xiling edition")
    KEXUE = "kexue", _("Kexue edition")
    WEILAI = "weilai", _("Weilai edition")
    YUWEN = "yuwen", _("Yuwen edition")
    YUWEN_S = "yuwen_s", _("Yuwen S edition")
    YUELU = "yuelu", _("Yuelu edition")
    RENMIN = "renmin", _("Renmin edition")
    CHANGCHUN = "changchun", _("Changchun edition")
    DIANZI = "dianzi", _("Dianzi Gongye edition")
    OTHER = "other", _("Other edition")


class SchoolSystem(models.TextChoices):
    """How the nine years of compulsory schooling are split (学制)."""

    SIX_THREE = "six_three", _("Six-three system")
    FIVE_FOUR = "five_four", _("Five-four system")


class Volume(models.Model):
    """One textbook (册) as it stands on the desk: an issue year makes another volume."""

    uuid = models.UUIDField(default=uuids.uuid4, unique=True, editable=False)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage.choices)
    grade = models.PositiveSmallIntegerField(
        _("grade"), choices=Grade.choices, null=True, blank=True
    )
    subject = models.CharField(_("subject"), max_length=20, choices=Subject.choices)
    edition = models.CharField(_("edition"), max_length=20, choices=Edition.choices)
    variant = models.CharField(
        _("variant"),
        max_length=40,
        blank=True,
        help_text=_("What tells two series of one publisher apart, as printed."),
    )
    issue_year = models.PositiveSmallIntegerField(
        _("issue year"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1949), MaxValueValidator(2100)],
    )
    title = models.CharField(_("title"), max_length=200, help_text=_("As printed."))
    part = models.CharField(_("part"), max_length=40, help_text=_("As printed."))
    school_system = models.CharField(
        _("school system"),
        max_length=10,
        choices=SchoolSystem.choices,
        default=SchoolSystem.SIX_THREE,
    )

    class Meta:
        verbose_name = _("textbook volume")
        verbose_name_plural = _("textbook volumes")
        ordering = ["subject", "grade", "edition", "-issue_year", "part", "pk"]
        constraints = [
            # Unknown grade and year count as values of their own: nulls would never collide.
            models.UniqueConstraint(
                F("stage"),
                F("subject"),
                F("edition"),
                F("variant"),
                Coalesce("grade", 0),
                F("part"),
                Coalesce("issue_year", 0),
                F("school_system"),
                name="volume_once",
                violation_error_message=_("This volume is already in the catalogue."),
            ),
            models.CheckConstraint(
                condition=Q(grade__isnull=True) | Q(grade__range=(1, 12)),
                name="volume_grade_1_to_12",
            ),
        ]
        indexes = [models.Index(fields=["stage", "grade", "subject"], name="volume_by_class")]

    def __str__(self) -> str:
        return self.title

    @property
    def short_title(self) -> str:
        """The title as printed without its series: ``语文七年级上册``."""
        return self.title.rpartition("·")[2].strip()


class Chapter(models.Model):
    """A line of a volume's table of contents (目录): a unit, or a lesson within it."""

    volume = models.ForeignKey(
        Volume, on_delete=models.CASCADE, related_name="chapters", verbose_name=_("volume")
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("within"),
    )
    position = models.PositiveIntegerField(
        _("position"), help_text=_("In reading order through the whole volume.")
    )
    number = models.CharField(_("number"), max_length=20, blank=True, help_text=_("As printed."))
    title = models.CharField(_("title"), max_length=200)
    author = models.CharField(_("author"), max_length=60, blank=True, help_text=_("As printed."))
    is_lesson = models.BooleanField(
        _("lesson"), default=False, help_text=_("Taught in lesson periods of its own.")
    )
    periods = models.PositiveSmallIntegerField(
        _("periods"), default=1, validators=[MinValueValidator(1)]
    )
    self_study = models.BooleanField(
        _("self-study"), default=False, help_text=_("Printed with a star: read by pupils alone.")
    )
    standards: models.ManyToManyField[Standard, Any] = models.ManyToManyField(
        "Standard", blank=True, related_name="chapters", verbose_name=_("standards")
    )

    class Meta:
        verbose_name = _("chapter")
        verbose_name_plural = _("chapters")
        ordering = ["volume", "position"]
        constraints = [
            models.UniqueConstraint(fields=["volume", "position"], name="chapter_position_once"),
            models.CheckConstraint(condition=Q(periods__gte=1), name="chapter_periods_positive"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="chapter_not_within_itself",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()


class Standard(models.Model):
    """An item of a curriculum standard (课程标准) in our own words, with a code of ours."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    subject = models.CharField(_("subject"), max_length=20, choices=Subject.choices)
    stage = models.CharField(_("stage"), max_length=10, choices=Stage.choices)
    domain = models.CharField(_("domain"), max_length=60)
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("curriculum standard")
        verbose_name_plural = _("curriculum standards")
        ordering = ["subject", "stage", "code"]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"
