"""How stages, subjects, grades, titles and roles are written in rosters (教师名册). Tables only."""

from __future__ import annotations

from schools.curriculum import Stage, Subject
from schools.models import RoleGrant, TeacherTitle

Role = RoleGrant.Role
Kind = TeacherTitle.Kind
Level = TeacherTitle.Level

STAGES: dict[Stage, tuple[str, ...]] = {
    Stage.PRIMARY: ("小学", "小学段"),
    Stage.JUNIOR: ("初中", "初级中学", "初中段"),
    Stage.SENIOR: ("高中", "普通高中", "高级中学", "高中段"),
}

SUBJECTS: dict[Subject, tuple[str, ...]] = {
    Subject.CHINESE: ("语文",),
    Subject.MATHEMATICS: ("数学",),
    Subject.ENGLISH: ("英语", "外语"),
    Subject.MORALITY_LAW: ("道德与法治", "道法", "品德", "思品", "思想品德"),
    Subject.POLITICS: ("思想政治", "政治"),
    Subject.HISTORY: ("历史",),
    Subject.GEOGRAPHY: ("地理",),
    Subject.SCIENCE: ("科学",),
    Subject.PHYSICS: ("物理",),
    Subject.CHEMISTRY: ("化学",),
    Subject.BIOLOGY: ("生物学", "生物"),
    Subject.MUSIC: ("音乐",),
    Subject.FINE_ARTS: ("美术",),
    Subject.ARTS: ("艺术",),
    Subject.PE: ("体育与健康", "体育"),
    Subject.INFORMATION: ("信息科技", "信息技术", "信息", "计算机"),
    Subject.TECHNOLOGY: ("通用技术",),
    Subject.LABOUR: ("劳动", "劳动教育", "劳动与技术", "劳技"),
    Subject.PRACTICE: ("综合实践活动", "综合实践"),
    Subject.CALLIGRAPHY: ("书法",),
    Subject.MENTAL_HEALTH: ("心理健康教育", "心理健康", "心理"),
    Subject.JAPANESE: ("日语",),
    Subject.RUSSIAN: ("俄语",),
    Subject.LOCAL: ("地方课程", "校本课程"),
}

TITLES: dict[Kind, tuple[str, ...]] = {
    Kind.MASTER: ("名师", "教学名师"),
    Kind.BACKBONE: ("骨干教师", "骨干", "教学骨干"),
    Kind.SUBJECT_LEADER: ("学科带头人", "带头人"),
    Kind.SPECIAL_GRADE: ("特级教师",),
    Kind.TEACHING_EXPERT: ("教学能手", "教坛能手"),
    Kind.YOUNG_TALENT: ("教坛新秀", "教学新秀", "优秀青年教师"),
}

LEVELS: dict[Level, tuple[str, ...]] = {
    Level.SCHOOL: ("校级", "校", "学校"),
    Level.TOWNSHIP: ("乡镇级", "乡镇", "乡级", "镇级", "学区级", "学区"),
    Level.COUNTY: ("县级", "县", "区级", "区", "县区级", "县区", "区县级", "区县", "县(区)级"),
    Level.CITY: ("市级", "市", "地市级", "州级", "设区市级"),
    Level.PROVINCE: ("省级", "省", "自治区级"),
    Level.NATION: ("国家级", "国家", "全国"),
}

ROLES: dict[Role, tuple[str, ...]] = {
    Role.SCHOOL_ADMIN: ("学校管理员", "校管理员", "管理员"),
    Role.LIBRARY_EDITOR: ("资源库编辑", "校级资源库编辑", "图书编辑", "资源编辑"),
    Role.RESEARCHER: ("教研员", "县教研员"),
    Role.REGION_ADMIN: ("区域管理员", "县管理员", "区县管理员", "县级管理员"),
    Role.GROUP_ADMIN: ("集团管理员", "教育集团管理员"),
    Role.JUDGE: ("评委",),
    Role.PORTAL_EDITOR: ("门户编辑",),
    Role.OPERATOR: ("运维", "系统管理员"),
}
"""Of these the roster gives the roles on a school and on its county, see `schools.rosters`."""

TEACHER = frozenset({"教师", "老师", "任课教师", "普通教师", "teacher", "无", "-", "—"})
"""What people write where somebody holds no role."""

HEADINGS = {
    **dict.fromkeys(("学校", "学校名称", "单位", "所在学校", "学校代码"), "school"),
    **dict.fromkeys(("姓名", "教师姓名", "教师"), "name"),
    **dict.fromkeys(("手机号", "手机", "手机号码", "电话", "联系电话"), "phone"),
    **dict.fromkeys(("学科", "任教学科", "任教科目", "科目", "subject"), "subjects"),
    **dict.fromkeys(("学段", "任教学段"), "stage"),
    **dict.fromkeys(("年级", "任教年级", "grade"), "grades"),
    **dict.fromkeys(("称号", "荣誉称号"), "title"),
    **dict.fromkeys(("称号级别", "级别"), "title_level"),
    **dict.fromkeys(("称号起始", "称号起始日期", "称号时间", "授予时间"), "title_from"),
    **dict.fromkeys(("角色", "平台角色", "role"), "roles"),
}
"""The columns of a roster by what stands above them; the contract's own names are known as well."""

COLUMNS = (
    "school",
    "name",
    "phone",
    "subjects",
    "stage",
    "grades",
    "title",
    "title_level",
    "title_from",
    "roles",
)
