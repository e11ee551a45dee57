"""A second library with queries of its own, written apart: what the search was never tuned on.

Other books, titles like names of files, descriptions with other habits than `corpus`; the queries
are written down as teachers type them, the judgements follow from the table by rule.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any

from benchmarks.search.books import Lesson, lessons_in
from benchmarks.search.corpus import Thing
from benchmarks.search.judged import Judged, squeezed

BOOKS = """
物理 8 全 沪科版
| 第九章 浮力: 认识浮力,阿基米德原理,物体的浮与沉
| 第八章 压强: 压力的作用效果,科学探究：液体的压强,空气的“力量”,流体压强与流速的关系
| 第四章 多彩的光: 光的反射,平面镜成像,光的折射,科学探究：凸透镜成像
物理 8 下 人教版
| 第十章 浮力: 浮力,阿基米德原理,物体的浮沉条件及应用
| 第十一章 功和机械能: 功,功率,动能和势能
物理 9 全 人教版
| 第十七章 欧姆定律: 电流与电压和电阻的关系,欧姆定律,电阻的测量
| 第十九章 生活用电: 家庭电路,家庭电路中电流过大的原因,安全用电
物理 10 必修第一册 人教版
| 第二章 匀变速直线运动的研究: 匀变速直线运动的速度与时间的关系,自由落体运动
| 第三章 相互作用——力: 重力与弹力,摩擦力,牛顿第三定律,力的合成和分解
| 第四章 运动和力的关系: 牛顿第一定律,牛顿第二定律,超重和失重
化学 9 上 人教版
| 第六单元 碳和碳的氧化物: 二氧化碳的性质,二氧化碳的实验室制取
| 第七单元 燃料及其利用: 燃烧和灭火,燃料的合理利用与开发
化学 9 下 科粤版
| 第七章 溶液: 溶解与乳化,物质溶解的量,溶液浓稀的表示,结晶现象
| 第八章 常见的酸、碱、盐: 溶液的酸碱性,常用的酸和碱,酸和碱反应
化学 10 必修第一册 人教版
| 第一章 物质及其变化: 物质的分类及转化,离子反应,氧化还原反应
| 第二章 海水中的重要元素——钠和氯: 钠及其化合物,氯及其化合物,物质的量
| 第四章 物质结构 元素周期律: 原子结构与元素周期表,元素周期律,化学键
生物 7 下 人教版
| 第二章 人体的营养: 食物中的营养物质,消化和吸收,合理营养与食品安全
| 第四章 人体内物质的运输: 流动的组织——血液,血流的管道——血管,输送血液的泵——心脏
生物 8 上 人教版
| 第五单元 生物圈中的其他生物: 腔肠动物和扁形动物,两栖动物和爬行动物,细菌,真菌,病毒
生物 10 必修1 人教版
| 第二章 组成细胞的分子: 细胞中的无机物,细胞中的糖类和脂质,
  蛋白质是生命活动的主要承担者
| 第五章 细胞的能量供应和利用: 降低化学反应活化能的酶,细胞的能量“货币”ATP,
  细胞呼吸的原理和应用,光合作用与能量转化
| 第六章 细胞的生命历程: 细胞的增殖,细胞的分化,细胞的衰老和死亡
地理 7 下 人教版
| 第七章 我们邻近的地区和国家: 日本,东南亚,印度,俄罗斯
| 第八章 东半球其他的地区和国家: 中东,欧洲西部,撒哈拉以南非洲,澳大利亚
地理 8 下 湘教版
| 第五章 中国的地域差异: 四大地理区域的划分,北方地区和南方地区,西北地区和青藏地区
| 第七章 认识区域：联系与差异: 东北地区的产业分布,长江三角洲区域的内外联系,
  黄土高原的区域发展与居民生活的影响
地理 10 必修第一册 湘教版
| 第三章 地球上的大气: 大气的组成与垂直分层,大气受热过程,大气热力环流
| 第四章 地球上的水: 水循环,海水的性质和运动
数学 1 上 人教版
| 5以内数的认识和加、减法: 1～5的认识,比大小,第几
| 11～20的认识: 10的再认识,11～20的认识
| 20以内的进位加法: 9加几,8、7、6加几
数学 2 上 人教版
| 长度单位: 认识厘米,认识米,认识线段
| 表内乘法（一）: 乘法的初步认识,5的乘法口诀,2、3、4的乘法口诀
| 认识时间: 几时几分
数学 2 下 人教版
| 有余数的除法: 有余数的除法的认识,除法竖式,解决租船问题
| 克和千克: 认识克,认识千克
数学 3 下 人教版
| 年、月、日: 认识年、月、日,24时计时法,制作年历
| 面积: 面积和面积单位,长方形、正方形面积的计算,面积单位间的进率
| 小数的初步认识: 认识小数,简单的小数加、减法
数学 4 下 北师大版
| 小数的意义和加减法: 小数的意义,比大小,买菜,歌手大赛
| 认识方程: 字母表示数,等量关系,方程,解方程
数学 5 上 人教版
| 小数乘法: 小数乘整数,小数乘小数,积的近似数
| 简易方程: 用字母表示数,等式的性质,解方程,实际问题与方程
| 多边形的面积: 平行四边形的面积,三角形的面积,梯形的面积
| 数学广角: 植树问题
数学 6 下 人教版
| 圆柱与圆锥: 圆柱的认识,圆柱的表面积,圆柱的体积,圆锥的体积
| 比例: 比例的意义和基本性质,正比例,反比例,比例尺
| 数学广角: 鸽巢问题
数学 7 下 人教版
| 第五章 相交线与平行线: 相交线,平行线及其判定,平行线的性质,平移
| 第六章 实数: 平方根,立方根,实数
| 第八章 二元一次方程组: 二元一次方程组,消元——解二元一次方程组,三元一次方程组的解法
数学 7 下 华师大版
| 第六章 一元一次方程: 从实际问题到方程,解一元一次方程,实践与探索
| 第七章 一次方程组: 二元一次方程组和它的解,二元一次方程组的解法,三元一次方程组及其解法
数学 9 下 人教版
| 第二十六章 反比例函数: 反比例函数,实际问题与反比例函数
| 第二十八章 锐角三角函数: 锐角三角函数,解直角三角形及其应用
数学 10 必修第一册 人教A版
| 第三章 函数的概念与性质: 函数的概念及其表示,函数的单调性与最大（小）值,函数的奇偶性,幂函数
| 第五章 三角函数: 任意角和弧度制,诱导公式,三角恒等变换
数学 10 必修第二册 北师大版
| 第二章 平面向量及其应用: 从位移、速度、力到向量,向量的数量积,余弦定理与正弦定理
语文 1 上 统编版
| 识字: 天地人,金木水火土,口耳目手足,日月山川
| 阅读: 秋天,江南,四季,雪地里的小画家,乌鸦喝水
语文 2 下 统编版
| 第一单元: 古诗二首,找春天,开满鲜花的小路,邓小平爷爷植树
| 第五单元: 寓言二则,画杨桃,小马过河
| 第七单元: 大象的耳朵,蜘蛛开店,青蛙卖泥塘,小毛虫
语文 4 上 统编版
| 第一单元: 观潮,走月亮,现代诗二首,繁星
| 第三单元: 古诗三首,爬山虎的脚,蟋蟀的住宅
| 第四单元: 盘古开天地,精卫填海,普罗米修斯,女娲补天
| 第七单元: 为中华之崛起而读书,梅兰芳蓄须,延安我把你追寻
语文 5 上 统编版
| 第二单元: 搭石,将相和,什么比猎豹的速度更快,冀中的地道战
| 第三单元: 猎人海力布,牛郎织女
| 第五单元: 太阳,松鼠
语文 6 上 统编版
| 第一单元: 草原,丁香结,古诗词三首,花之歌
| 第二单元: 七律·长征,狼牙山五壮士,开国大典,灯光
| 第七单元: 文言文二则,月光曲,京剧趣谈
| 第八单元: 少年闰土,好的故事,我的伯父鲁迅先生,有的人
语文 7 下 统编版
| 第一单元: 邓稼先,说和做——记闻一多先生言行片段,回忆鲁迅先生,孙权劝学
| 第三单元: 阿长与《山海经》,老王,台阶,卖油翁
| 第四单元: 叶圣陶先生二三事,驿路梨花,最苦与最乐,短文两篇
语文 9 下 统编版
| 第一单元: 祖国啊我亲爱的祖国,梅岭三章,月夜
| 第二单元: 孔乙己,变色龙,溜索,蒲柳人家
| 第三单元: 鱼我所欲也,唐雎不辱使命,送东阳马生序,词四首
语文 11 选择性必修上册 统编版
| 第一单元: 中国人民站起来了,长征胜利万岁,县委书记的榜样——焦裕禄
| 第二单元: 论语十二章,大学之道,人皆有不忍人之心,老子四章
英语 3 上 人教PEP版
| Unit 1 Making friends: Part A Let's talk,Part A Let's learn,Part B Read and write
| Unit 3 Amazing animals: Part A Let's talk,Part B Let's learn,Part C Project
英语 6 上 人教PEP版
| Unit 1 How can I get there?: A Let's talk,B Read and write
| Unit 2 Ways to go to school: A Let's learn,B Let's try
| Unit 4 I have a pen pal: A Let's talk,C Story time
英语 8 下 人教版
| Unit 1 What's the matter?: Section A 1a-2d,Section B 2a-2e
| Unit 5 What were you doing when the rainstorm came?: Section A 3a-3c,Section B Self check
英语 9 全 人教版
| Unit 1 How can we become good learners?: Section A 1a-2d,Section B 2a-2f
| Unit 3 Could you please tell me where the restrooms are?: Section A Grammar Focus,Section B 2a-2e
英语 10 必修第一册 外研版
| Unit 1 A new start: Starting out & Understanding ideas,Using language,Developing ideas
| Unit 3 Family matters: Like Father Like Son,Using language
历史 7 下 统编版
| 第一单元 隋唐时期：繁荣与开放的时代: 隋朝的统一与灭亡,从“贞观之治”到“开元盛世”,安史之乱与唐朝衰亡
| 第三单元 明清时期: 明朝的统治,明朝的对外关系,清朝前期社会经济的发展
历史 9 上 统编版
| 第一单元 古代亚非文明: 古代埃及,古代两河流域,古代印度
| 第六单元 资本主义制度的初步确立: 君主立宪制的英国,美国的独立,法国大革命和拿破仑帝国
道德与法治 6 上 统编版
| 第二单元 我们是公民: 公民意味着什么,公民的基本权利和义务
| 第四单元 法律保护我们健康成长: 我们受特殊保护,知法守法依法维权
道德与法治 9 下 统编版
| 第一单元 我们共同的世界: 同住地球村,构建人类命运共同体
科学 6 上 教科版
| 微小世界: 放大镜,怎样放得更大,观察身边微小的物体
| 工具与技术: 紧密联系的工具和技术,斜面,不简单的杠杆
科学 3 下 苏教版
| 植物的一生: 种子发芽了,幼苗长大了,植物开花了
| 观测天气: 气温有多高,今天刮什么风,云量和雨量
音乐 3 上 人音版
| 童年: 摇啊摇,我们多么幸福
| 草原: 草原上,我是草原小牧民
| 好伙伴: 同唱一首歌,噢！苏珊娜
音乐 7 下 人教版
| 第三单元 黄河之声: 黄河船夫曲,黄水谣,保卫黄河
| 第五单元 环球之旅: 樱花,拉库卡拉查
美术 5 上 人教版
| 色彩: 色彩的对比,色彩的和谐
| 人物: 让色彩动起来,漫画与生活,动态之美
美术 7 上 湘美版
| 走进名家: 小伙伴,寄情山水,手绘线条图像
信息技术 5 上 浙教版
| 算法: 身边的算法,流程图描述算法,猜数游戏
体育与健康 3 全 人教版
| 基本技能: 前滚翻,跳绳,接力跑
劳动 4 上 湘教版
| 巧手: 凉拌黄瓜,缝沙包,种大蒜
"""

KINDS = {
    "lesson_plan": ("教案", "教学设计", "学案", "导学案"),
    "courseware": ("课件", "PPT", "演示文稿"),
    "microlecture": ("微课", "微视频"),
    "class_exercise": ("练习题", "当堂检测", "习题"),
    "tiered_homework": ("分层作业", "作业设计", "课后作业"),
    "key_point_recording": ("课堂实录", "知识点精讲"),
    "difficulty_recording": ("难点突破", "答疑"),
    "solution_technique": ("解题方法", "解题技巧"),
}
_SHARE = (28, 26, 9, 14, 11, 4, 4, 4)
_PLACES = ("青山中学", "实验小学", "第三中学", "李家庄学校", "育才学校", "红旗镇中心校")
_TERMS = ("2023-2024学年", "2024秋", "2022年春季学期", "")
_BEHIND = ("（含答案）", "(1)", "_终稿", "【修改版】", " v2", ".docx", ".pptx", "-", "", "", "", "")
_BEFORE = ("【优质课】", "【公开课】", "[精]", "（送教下乡）", "", "", "", "", "", "")
_NUMERALS = "零一二三四五六七八九"


def all_lessons() -> list[Lesson]:
    """The lessons of these books."""
    return list(lessons_in(BOOKS))


def things(count: int, seed: int = 2026) -> Iterator[Thing]:
    """`count` things, the same for the same seed; some lessons have many, others few."""
    chance = random.Random(seed)
    every = all_lessons()
    liked = [chance.paretovariate(1.3) for _lesson in every]
    for number in range(count):
        lesson = chance.choices(every, liked)[0]
        kind = chance.choices(list(KINDS), _SHARE)[0]
        yield Thing(_row(number, lesson, kind, chance), lesson, kind, "")


def _row(number: int, lesson: Lesson, kind: str, chance: random.Random) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": f"second-{number:06}",
        "kind": chance.choice((kind, chance.choice(KINDS[kind]))),
        "title": _title(lesson, kind, chance)[:120],
        "school": f"Q{number % 23}",
        "scope": chance.choice(("public", "公开", "open")),
        "body": _body(lesson, chance) if chance.random() < 0.8 else "",
        "uses": str(int(chance.paretovariate(1.1)) - 1),
        "published": f"20{chance.randrange(19, 26)}年{chance.randrange(1, 13)}月3日",
        **_described(lesson, chance),
    }
    if chance.random() < 0.4:
        row["tags"] = "，".join(chance.sample(("核心素养", "期中", "同课异构", "校本", "导入"), 2))
    return {name: value for name, value in row.items() if value}


def _class(lesson: Lesson, chance: random.Random) -> str:
    if lesson.grade > 9:
        year = "高" + "一二三"[lesson.grade - 10]
        return chance.choice((year, f"{year}{lesson.volume}", f"{year}年级"))
    half = lesson.volume if lesson.volume in "上下" else ""
    numeral = _NUMERALS[lesson.grade]
    ways = [f"{numeral}{half}" if half else f"{numeral}年级", f"{lesson.grade}年级{half}"]
    ways += [f"{numeral}年级{half}册" if half else f"{numeral}年级"]
    if lesson.grade > 6:
        ways += [f"初{_NUMERALS[lesson.grade - 6]}{half}", f"{numeral}年级({half})" if half else ""]
    return chance.choice([way for way in ways if way])


def _title(lesson: Lesson, kind: str, chance: random.Random) -> str:
    word, of = chance.choice(KINDS[kind]), _class(lesson, chance)
    number = f"{chance.randrange(1, 30)}"
    bare = lesson.edition.removesuffix("版")
    forms = [
        f"{number}.{chance.randrange(1, 5)} {lesson.title}{word}",
        f"{number}、{lesson.title}",
        f"{lesson.unit}——{lesson.title}（{word}）",
        f"{bare}{of}{lesson.subject} {lesson.title} {word}",
        f"{of}{lesson.subject}《{lesson.title}》{chance.choice(_PLACES)}",
        f"{chance.choice(_TERMS)}{lesson.edition}{lesson.subject}{of}《{lesson.title}》{word}",
        f"{lesson.title}-{word}-{chance.choice(_PLACES)}",
        f"《{lesson.title}》说课与{word}",
        f"{lesson.title} 第{chance.randrange(1, 4)}课时{word}",
        f"{lesson.subject}{word}：{lesson.title}",
        f"{lesson.unit} {word}",
    ]
    return f"{chance.choice(_BEFORE)}{chance.choice(forms)}{chance.choice(_BEHIND)}"


def _body(lesson: Lesson, chance: random.Random) -> str:
    aims = ("理解", "掌握", "说出", "体会", "会用")
    steps = ("导入新课", "自主学习", "合作探究", "当堂训练", "课堂小结", "布置作业", "板书设计")
    listed = "".join(f"<li>{step}</li>" for step in chance.sample(steps, 4))
    return (
        f"<h2>{chance.choice(('学习目标', '教学目标', '学情分析'))}</h2>"
        f"<p>{chance.choice(aims)}{lesson.title}的有关内容，为学习{lesson.unit}打好基础。</p>"
        f"<ol>{listed}</ol><p>{chance.choice(_PLACES)}使用，可改。</p>"
    )


def _described(lesson: Lesson, chance: random.Random) -> dict[str, Any]:
    half = {"上": "上册", "下": "下册", "全": "全一册"}.get(lesson.volume, lesson.volume)
    bare = lesson.edition.removesuffix("版")
    said: dict[str, Any] = {
        "subject": chance.choice((lesson.subject, lesson.subject, "", "")),
        "grade": chance.choice((lesson.grade, _class(lesson, chance), "", "")),
        "edition": chance.choice((lesson.edition, bare, "", "")),
        "volume": chance.choice((half, "", "")),
        "chapter": chance.choice(
            ("", "", lesson.title, f"{lesson.unit}/{lesson.title}", [lesson.unit, lesson.title])
        ),
    }
    if chance.random() < 0.08:  # everything in the place of the grade, as some lists have it
        said["grade"] = f"{_NUMERALS[min(lesson.grade, 9)]}年级" if lesson.grade < 10 else "高一"
        said["stage"] = "小学" if lesson.grade < 7 else "初中" if lesson.grade < 10 else "高中"
    return said


# query | meant: a lesson, or @ and a unit; several with / | also of use | conditions
_TABLE = """
八下物理浮力课件 | 浮力 | @第十章 浮力 / @第九章 浮力 | courseware 物理 8
浮力 教学设计 沪科 | @第九章 浮力 | @第十章 浮力 | lesson_plan 物理 沪科版
阿基米德原理 实验 | 阿基米德原理 | |
物体浮沉条件 微课 | 物体的浮沉条件及应用 / 物体的浮与沉 | | microlecture
凸透镜成像规律 | 科学探究：凸透镜成像 | |
欧姆定理 教案 | 欧姆定律 | @第十七章 欧姆定律 | lesson_plan
初三物理家庭电路ppt | 家庭电路 | 家庭电路中电流过大的原因 | courseware 物理 9
牛二定律 高一 | 牛顿第二定律 | | 10
自由落体 导学案 | 自由落体运动 | | lesson_plan
超重失重 高中物理 | 超重和失重 | | 物理
九上化学 二氧化碳制取 | 二氧化碳的实验室制取 | 二氧化碳的性质 | 化学 9
燃烧与灭火 练习 | 燃烧和灭火 | | class_exercise
酸碱中和 | 酸和碱反应 | 常用的酸和碱 / 溶液的酸碱性 |
氧化还原反映 高一化学 | 氧化还原反应 | | 化学 10
高一化学 物质的量 习题 | 物质的量 | | class_exercise 化学 10
元素周期表 课件 | 原子结构与元素周期表 | 元素周期律 | courseware
血液循环 心脏 初中生物 | 输送血液的泵——心脏 | 流动的组织——血液 / 血流的管道——血管 | 生物
七下生物 消化和吸收 教案 | 消化和吸收 | | lesson_plan 生物 7
细菌真菌病毒 分层作业 | 细菌 / 真菌 / 病毒 | | tiered_homework
光和作用与能量转化 | 光合作用与能量转化 | |
细胞呼吸 必修一 | 细胞呼吸的原理和应用 | | 生物
七下地理日本 | 日本 | | 地理 7
撒哈拉以南的非洲 课件 | 撒哈拉以南非洲 | | courseware
南方地区 北方地区 湘教版 | 北方地区和南方地区 | | 地理 湘教版
热力环流 微课 | 大气热力环流 | | microlecture
一年级数学 9加几 | 9加几 | | 数学 1
二上 乘法口诀 作业 | 5的乘法口诀 / 2、3、4的乘法口诀 | 乘法的初步认识 | tiered_homework 数学 2
有余数除法 课堂练习 | 有余数的除法的认识 / @有余数的除法 | | class_exercise
三年级下册 年月日 分层 | @年、月、日 | | tiered_homework 数学 3
24时记时法 | 24时计时法 | |
长方形正方形的面积 三下 | 长方形、正方形面积的计算 | @面积 | 数学 3
北师大四下 方程 | 方程 / 解方程 | @认识方程 | 数学 4 北师大版
植树问题ppt | 植树问题 | | courseware
五年级上册简易方程教学设计 | @简易方程 | | lesson_plan 数学 5
圆柱圆锥 体积 六下 | 圆柱的体积 / 圆锥的体积 | @圆柱与圆锥 | 数学 6
鸽巢问题(抽屉原理) | 鸽巢问题 | |
pingxingxian de xingzhi | 平行线的性质 | |
七下 二元一次方程组解法 | 二元一次方程组的解法 / 消元——解二元一次方程组 | | 数学 7
反比例涵数 | 反比例函数 | 实际问题与反比例函数 |
锐角三角函数 答疑 | 锐角三角函数 | | difficulty_recording
高一必修一 函数单调性 教案 | 函数的单调性与最大（小）值 | | lesson_plan 数学 10
余弦定理 | 余弦定理与正弦定理 | |
一上语文 乌鸦喝水 教案 | 乌鸦喝水 | | lesson_plan 语文 1
开满鲜花的小路课件二年级 | 开满鲜花的小路 | | courseware 2
蜘蛛开店 第二课时 | 蜘蛛开店 | |
爬山虎的脚 人教部编版 四上 | 爬山虎的脚 | | 语文 4
统编版 语文 五上 将相和 | 将相和 | | 语文 5
少年润土 | 少年闰土 | |
langyashan wuzhuangshi 课件 | 狼牙山五壮士 | | courseware
部编七下语文 阿长与山海经 导学案 | 阿长与《山海经》 | | lesson_plan 语文 7
说和做 闻一多 | 说和做——记闻一多先生言行片段 | |
孔已己 教案 | 孔乙己 | | lesson_plan
论语十二章 高中 | 论语十二章 | | 11
PEP六上 Unit 2 Ways to go to school | @Unit 2 Ways to go to school | | 英语 6
八下英语 What's the matter 课件 | @Unit 1 What's the matter? | | courseware 英语 8
how can we become good learners 教案 | @Unit 1 How can we become good learners? | | lesson_plan
英语 九年级 unit 3 restrooms | @Unit 3 Could you please tell me where the restrooms are? | | 英语 9
外研 高一英语 family matters | @Unit 3 Family matters | | 英语
贞观之治 开元盛世 | 从“贞观之治”到“开元盛世” | |
九上历史 法国大革命 | 法国大革命和拿破仑帝国 | | 历史 9
道法六上 公民 | 公民意味着什么 / 公民的基本权利和义务 | | 道德与法治 6
人类命运共同体 课件 | 构建人类命运共同体 | 同住地球村 | courseware
科学 种子发芽 三年级 | 种子发芽了 | | 科学 3
斜面 教科版科学 | 斜面 | | 科学
三年级音乐 噢苏珊娜 | 噢！苏珊娜 | | 音乐 3
保卫黄河 初一音乐 | 保卫黄河 | | 音乐 7
色彩对比 美术 五年级 | 色彩的对比 | | 美术 5
前滚翻 体育教案 | 前滚翻 | | lesson_plan
信息科技 流程图 算法 | 流程图描述算法 | 身边的算法 |
凉拌黄瓜 劳动课 | 凉拌黄瓜 | |
"""


def queries() -> list[Judged]:
    """The table, read."""
    return [_query(line) for line in _TABLE.strip().splitlines()]


def gain(query: Judged, thing: Thing) -> int:
    """0 useless, 1 of some use, 2 good, 3 what was asked for."""
    lesson = thing.lesson
    title = squeezed(lesson.title)
    is_meant = title in query.titles
    if not is_meant and title not in query.needs:
        return 0
    if query.subject and lesson.subject != query.subject:
        return 0
    wrong = sum(
        (
            bool(query.kind) and thing.kind != query.kind,
            bool(query.grade) and lesson.grade != query.grade,
            bool(query.edition) and lesson.edition != query.edition,
        )
    )
    return max(3 - wrong, 1) if is_meant else max(2 - wrong, 0)


def _query(line: str) -> Judged:
    text, meant, useful, conditions = (part.strip() for part in line.split("|"))
    said = conditions.split()
    subjects = {lesson.subject for lesson in all_lessons()}
    editions = {lesson.edition for lesson in all_lessons()}
    return Judged(
        text=text,
        sort="second",
        titles=_titles(meant),
        needs=_titles(useful),
        kind=next((word for word in said if word in KINDS), ""),
        grade=next((int(word) for word in said if word.isdecimal()), 0),
        subject=next((word for word in said if word in subjects), ""),
        edition=next((word for word in said if word in editions), ""),
    )


def _titles(written: str) -> frozenset[str]:
    found: set[str] = set()
    for name in filter(None, re.split(r" / |^/|/$", written)):
        lessons = [
            lesson
            for lesson in all_lessons()
            if (lesson.unit == name.strip()[1:] if name.strip().startswith("@") else
                lesson.title == name.strip())
        ]  # fmt: skip
        assert lessons, name
        found |= {squeezed(lesson.title) for lesson in lessons}
    return frozenset(found)
