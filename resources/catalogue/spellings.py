"""How stages, subjects and editions (版本) are written in titles, lists and file names.

Tables only; `normalise` reads with them and `vocabulary` gives them to the search. The first name
of each entry is the one printed on reports. To teach the reader a new edition, add a line here.
"""

from __future__ import annotations

from dataclasses import dataclass

from resources.catalogue.models import Edition
from schools.curriculum import Stage, Subject

STAGE_NAMES: dict[Stage, tuple[str, ...]] = {
    Stage.PRIMARY: ("小学",),
    Stage.JUNIOR: ("初中", "初级中学"),
    Stage.SENIOR: ("高中", "普通高中", "高级中学"),
}

SUBJECT_NAMES: dict[Subject, tuple[str, ...]] = {
    Subject.CHINESE: ("语文",),
    Subject.MATHEMATICS: ("数学",),
    Subject.ENGLISH: ("英语",),
    Subject.MORALITY_LAW: ("道德与法治", "道法", "道德与法制"),
    Subject.POLITICS: ("思想政治", "政治"),
    Subject.HISTORY: ("历史", "中国历史", "世界历史"),
    Subject.GEOGRAPHY: ("地理",),
    Subject.SCIENCE: ("科学",),
    Subject.PHYSICS: ("物理",),
    Subject.CHEMISTRY: ("化学",),
    Subject.BIOLOGY: ("生物", "生物学"),
    Subject.MUSIC: ("音乐", "艺术唱游音乐", "唱游音乐", "艺术音乐", "艺术（音乐）"),
    Subject.FINE_ARTS: ("美术", "艺术造型美术", "造型美术", "艺术美术", "艺术（美术）"),
    Subject.ARTS: ("艺术",),
    Subject.PE: ("体育与健康", "体育"),
    Subject.INFORMATION: ("信息技术", "信息科技"),
    Subject.TECHNOLOGY: ("通用技术",),
    Subject.LABOUR: ("劳动", "劳动教育", "劳动与技术"),
    Subject.PRACTICE: ("综合实践活动", "综合实践"),
    Subject.CALLIGRAPHY: ("书法", "书法练习指导", "语文书法练习指导"),
    Subject.MENTAL_HEALTH: ("心理健康", "心理健康教育"),
    Subject.JAPANESE: ("日语",),
    Subject.RUSSIAN: ("俄语",),
    Subject.LOCAL: ("地方课程",),
}

# The subjects whose textbooks of the People's Education Press are the nation's one edition.
TONGBIAN_IS_RENJIAO = frozenset({Subject.CHINESE, Subject.HISTORY, Subject.MORALITY_LAW})
TONGBIAN_SUBJECTS = TONGBIAN_IS_RENJIAO | {Subject.POLITICS}
# The autumn in which it came to each grade; before it, Renjiao was an edition of its own.
TONGBIAN_SINCE = {1: 2016, 2: 2017, 3: 2018, 4: 2019, 5: 2019, 6: 2019, 7: 2016, 8: 2017, 9: 2018}
TONGBIAN_SINCE_SENIOR = 2019
# Its books of the senior stage; a Renjiao book of another name (必修1) is from before it.
TONGBIAN_SENIOR = {
    Subject.CHINESE: frozenset(
        {"必修上册", "必修下册", "选择性必修上册", "选择性必修中册", "选择性必修下册"}
    ),
    Subject.HISTORY: frozenset(
        {
            "必修中外历史纲要（上）",
            "必修中外历史纲要（下）",
            "选择性必修1",
            "选择性必修2",
            "选择性必修3",
        }
    ),
}
# Names that only the Renjiao edition from before the Tongbian one had.
OLD_RENJIAO = frozenset({"人教新课标", "人教课标"})
# Names that it had when it was new, and that some give to the Tongbian edition today.
NEW_RENJIAO = frozenset({"新人教", "人教新"})

# Editions that have a subject in the five-four system alone, so that a title need not say it.
FIVE_FOUR_ONLY: dict[Edition, frozenset[Subject]] = {
    Edition.LUJIAO: frozenset(
        {Subject.MATHEMATICS, Subject.ENGLISH, Subject.MUSIC, Subject.FINE_ARTS}
    ),
    Edition.LUKE: frozenset({Subject.BIOLOGY, Subject.ENGLISH}),
    Edition.HUJIAO: frozenset({Subject.MATHEMATICS}),
}
# Editions with both systems where 初一 alone does not say which grade is meant.
EITHER_SYSTEM = frozenset({Edition.LUJIAO, Edition.LUKE, Edition.HUJIAO})


@dataclass(frozen=True, slots=True)
class EditionNames:
    """The names of an edition without 版 or 本, the usual one first, and who publishes it.

    A press may have had several names; `joint` editions are published by several presses.
    """

    stems: tuple[str, ...]
    publishers: tuple[str, ...] = ()
    joint: bool = False

    @property
    def printed(self) -> str:
        """The name as schools write it, ``统编版``."""
        return f"{self.stems[0]}版"


EDITION_NAMES: dict[Edition, EditionNames] = {
    Edition.TONGBIAN: EditionNames(
        (
            "统编",
            "部编",
            "教育部统编",
            "教育部编",
            "国家统编",
            "统编人教",
            "部编人教",
            "人教部编",
            "人教统编",
        ),
        ("人民教育出版社",),
    ),
    Edition.RENJIAO: EditionNames(
        ("人教", "人民教育", "人教社", "人教新目标", *sorted(OLD_RENJIAO | NEW_RENJIAO)),
        ("人民教育出版社",),
    ),
    Edition.BEISHIDA: EditionNames(("北师大", "北京师范大学", "北师"), ("北京师范大学出版社",)),
    Edition.SUJIAO: EditionNames(("苏教",), ("江苏凤凰教育出版社", "江苏教育出版社")),
    Edition.SUKE: EditionNames(
        ("苏科", "苏科技"), ("江苏凤凰科学技术出版社", "江苏科学技术出版社")
    ),
    Edition.SUSHAO: EditionNames(("苏少",), ("江苏凤凰少年儿童出版社", "江苏少年儿童出版社")),
    Edition.YILIN: EditionNames(("译林", "牛津译林", "译林牛津"), ("译林出版社",)),
    Edition.WAIYAN: EditionNames(("外研", "外研社", "外语教学与研究"), ("外语教学与研究出版社",)),
    Edition.JIJIAO: EditionNames(("冀教",), ("河北教育出版社",)),
    Edition.JISHAO: EditionNames(("冀少",), ("河北少年儿童出版社",)),
    Edition.JIMEI: EditionNames(("冀美",), ("河北美术出版社",)),
    Edition.JIREN: EditionNames(("冀人",), ("河北人民出版社",)),
    Edition.XIANGJIAO: EditionNames(("湘教",), ("湖南教育出版社",)),
    Edition.XIANGSHAO: EditionNames(("湘少",), ("湖南少年儿童出版社",)),
    Edition.XIANGYI: EditionNames(("湘文艺", "湘艺"), ("湖南文艺出版社",)),
    Edition.XIANGMEI: EditionNames(("湘美",), ("湖南美术出版社",)),
    Edition.XIANGKE: EditionNames(("湘科", "湘科技"), ("湖南科学技术出版社",)),
    Edition.HUJIAO: EditionNames(
        ("沪教", "上海教育", "上教", "牛津上海", "沪教牛津"), ("上海教育出版社",)
    ),
    Edition.HUKE: EditionNames(("沪科技", "沪科"), ("上海科学技术出版社",)),
    Edition.HUKEJIAO: EditionNames(("沪科教",), ("上海科技教育出版社",)),
    Edition.HUYUE: EditionNames(
        ("沪科技粤教", "沪粤", "沪科粤教"), ("上海科学技术出版社", "广东教育出版社"), joint=True
    ),
    Edition.HUWAIJIAO: EditionNames(("沪外教", "上外教", "上外"), ("上海外语教育出版社",)),
    Edition.HUYIN: EditionNames(("沪音", "上音"), ("上海音乐出版社",)),
    Edition.HUSHUHUA: EditionNames(("沪书画",), ("上海书画出版社",)),
    Edition.HUASHIDA: EditionNames(
        ("华东师大", "华师大", "华师", "华东师范大学"), ("华东师范大学出版社",)
    ),
    Edition.HUAZHONG: EditionNames(("华中师大", "华中师范大学"), ("华中师范大学出版社",)),
    Edition.HUAWEN: EditionNames(("华文", "华文社"), ("华文出版社",)),
    Edition.JIAOKE: EditionNames(("教科",), ("教育科学出版社",)),
    Edition.RENYIN: EditionNames(("人音",), ("人民音乐出版社",)),
    Edition.RENMEI: EditionNames(("人美",), ("人民美术出版社",)),
    Edition.RENJIAO_EJIAO: EditionNames(
        ("人教鄂教",), ("人民教育出版社", "湖北教育出版社"), joint=True
    ),
    Edition.RENJIAO_ZHONGTU: EditionNames(
        ("人教中图",), ("人民教育出版社", "中国地图出版社"), joint=True
    ),
    Edition.ZHEJIAO: EditionNames(("浙教",), ("浙江教育出版社",)),
    Edition.ZHERENMEI: EditionNames(("浙人美", "浙美"), ("浙江人民美术出版社",)),
    Edition.ZHEKE: EditionNames(("浙科", "浙科技"), ("浙江科学技术出版社",)),
    Edition.LUJIAO: EditionNames(("鲁教",), ("山东教育出版社",)),
    Edition.LUKE: EditionNames(("鲁科", "鲁科技"), ("山东科学技术出版社",)),
    Edition.LUMEI: EditionNames(("鲁美",), ("山东美术出版社",)),
    Edition.LUXIANG: EditionNames(
        ("鲁教湘教", "鲁湘", "湘鲁"), ("山东教育出版社", "湖南教育出版社"), joint=True
    ),
    Edition.QINGDAO: EditionNames(("青岛", "青岛社"), ("青岛出版社",)),
    Edition.JINAN: EditionNames(("济南",), ("济南出版社",)),
    Edition.YUEJIAO: EditionNames(("粤教",), ("广东教育出版社",)),
    Edition.YUEREN: EditionNames(
        ("粤教粤人", "粤人", "粤人民"), ("广东教育出版社", "广东人民出版社"), joint=True
    ),
    Edition.YUEKE: EditionNames(
        ("粤教粤科", "粤教科技", "粤科"), ("广东教育出版社", "广东科技出版社"), joint=True
    ),
    Edition.HUACHENG: EditionNames(
        ("粤教花城", "花城"), ("广东教育出版社", "花城出版社"), joint=True
    ),
    Edition.KEYUE: EditionNames(("科学粤教", "科粤"), ("科学出版社", "广东教育出版社"), joint=True),
    Edition.LINGMEI: EditionNames(("岭南美", "岭南", "岭美"), ("岭南美术出版社",)),
    Edition.XISHIDA: EditionNames(
        ("西南师大", "西师大", "西师", "西南师范大学"), ("西南师范大学出版社",)
    ),
    Edition.XINAN: EditionNames(("西南大学", "西大"), ("西南大学出版社",)),
    Edition.CHUANJIAO: EditionNames(("川教",), ("四川教育出版社",)),
    Edition.DAXIANG: EditionNames(("大象", "大象社"), ("大象出版社",)),
    Edition.ZHONGTU: EditionNames(("中图", "中国地图"), ("中国地图出版社",)),
    Edition.ZHONGHUA: EditionNames(
        ("中图中华地图", "中华地图"), ("中国地图出版社", "中华地图学社"), joint=True
    ),
    Edition.XINGTU: EditionNames(
        ("商务星图", "商务星球", "星球地图"), ("商务印书馆", "星球地图出版社"), joint=True
    ),
    Edition.KEPU: EditionNames(("科普",), ("科学普及出版社",)),
    Edition.RENAI: EditionNames(("仁爱", "仁爱科普", "科普仁爱"), ("科学普及出版社",)),
    Edition.EJIAO: EditionNames(("鄂教",), ("湖北教育出版社",)),
    Edition.JINJIAO: EditionNames(("晋教",), ("山西教育出版社",)),
    Edition.JINREN: EditionNames(("晋人",), ("山西人民出版社",)),
    Edition.GUIJIAO: EditionNames(("桂教",), ("广西教育出版社",)),
    Edition.GUIMEI: EditionNames(("桂美",), ("广西美术出版社",)),
    Edition.GUANGXI_SHIDA: EditionNames(("广西师大", "广西师范大学"), ("广西师范大学出版社",)),
    Edition.GANMEI: EditionNames(("赣美",), ("江西美术出版社",)),
    Edition.LIAOHAI: EditionNames(("辽海",), ("辽海出版社",)),
    Edition.LIAOSHIDA: EditionNames(
        ("辽宁师大", "辽师大", "辽宁师范大学"), ("辽宁师范大学出版社",)
    ),
    Edition.MINJIAO: EditionNames(("闽教",), ("福建教育出版社",)),
    Edition.SHANLV: EditionNames(("陕旅", "陕西旅游"), ("陕西旅游出版社",)),
    Edition.JIELI: EditionNames(("接力", "接力社"), ("接力出版社",)),
    Edition.CHONGDA: EditionNames(("重庆大学", "重大"), ("重庆大学出版社",)),
    Edition.BEIJING: EditionNames(("北京", "京教", "京改", "北京课改"), ("北京出版社",)),
    Edition.QINGHUA: EditionNames(("清华大学", "清华"), ("清华大学出版社",)),
    Edition.DIZHI: EditionNames(("地质", "地质社"), ("地质出版社",)),
    Edition.YUKE: EditionNames(("豫科", "豫科技"), ("河南科学技术出版社",)),
    Edition.WUHAN: EditionNames(("武汉",), ("武汉出版社",)),
    Edition.XILING: EditionNames(("西泠印社",), ("西泠印社出版社",)),
    Edition.KEXUE: EditionNames(("科学社",), ("科学出版社",)),
    Edition.WEILAI: EditionNames(("未来", "未来社"), ("未来出版社",)),
    Edition.YUWEN: EditionNames(("语文", "语文社"), ("语文出版社",)),
    Edition.YUWEN_S: EditionNames(("语文S", "语文社S", "语S")),
    Edition.YUELU: EditionNames(("岳麓", "岳麓书社"), ("岳麓书社",)),
    Edition.RENMIN: EditionNames(("人民",), ("人民出版社",)),
    Edition.CHANGCHUN: EditionNames(("长春",), ("长春出版社",)),
    Edition.DIANZI: EditionNames(("电子工业", "电子社"), ("电子工业出版社",)),
    Edition.OTHER: EditionNames(("其他",)),
}

# Names that need no 版 behind them to be an edition when they stand in a title.
BARE_STEMS = frozenset(
    {
        "统编",
        "部编",
        "人教",
        "新人教",
        "人教新目标",
        "人教新课标",
        "人教课标",
        "北师大",
        "苏教",
        "苏科",
        "冀教",
        "湘教",
        "沪教",
        "浙教",
        "鲁教",
        "粤教",
        "外研",
        "外研社",
        "译林",
        "华师大",
        "教科",
        "西师大",
    }
)
