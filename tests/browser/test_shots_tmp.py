import pytest, pathlib
from datetime import timedelta
from schools.cards import Card, Section, register_cards
from schools.models.dated import today
from schools.notices import notify, register_notice
from tests.factories import people
given={}
register_notice("shot.said", "%(actor)s %(what)s")
@register_cards
def cards(user, day): return given.get(user.uuid, [])
pytestmark=[pytest.mark.django_db(transaction=True)]
OUT=pathlib.Path("/tmp/shots-a"); OUT.mkdir(exist_ok=True)
def C(verb,title,detail,action,due=None,section=Section.TO_DO,since=None):
    return Card(section=section,verb=verb,title=title,detail=detail,url="/workspace/",action=action,due=None if due is None else today()+timedelta(days=due),since=None if since is None else today()-timedelta(days=since))
def test_shots(page_for, proper, home):
    school=people.school("南关实验学校"); people.term(school.region)
    u=people.teacher(school,"陈静怡",username="chenjingyi",phone="13800138000")
    people.with_role(people.Role.LIBRARY_EDITOR, school, u, subject="chinese")
    given[u.uuid]=[C("修改","雨的四季","七年级语文组　修改意见还有3条未处理","去修改",-2),C("研讨","济南的冬天","您是主备人　5份初备已交齐，有4处分歧待议","看议题",0),C("交","秋天的怀念","七年级语文组　已写2个栏目，其他人暂时看不到","接着写",0),C("备","散步","您是主备人　对应课标：整体感知、品味语言","开始备课",3),
      C("","古代诗歌四首","赵启明　柳泉初级中学","看",section=Section.TO_REVIEW,since=2),C("","《春》朗读微课","王雪　青台学校　推荐到校级资源库","看",section=Section.TO_REVIEW,since=0)]
    for a,w in [("马文涛","把《春》定稿，已有3校引用。"),("何玉梅","在自己的《春》里加了“方言朗读对照”，推荐给备课组。"),("李秀兰","在《济南的冬天》提了1条建议：第二段先读后讲。")]:
        notify([u],"shot.said",url="/workspace/",actor=a,what=w)
    new=people.user("新来的",terms=False)
    blank=people.user("没有事")
    import json
    bad=[]
    for width in (390,1280):
        for name,user,path in [("day",u,"/workspace/"),("notices",u,"/workspace/notices/"),("login",None,"/accounts/login/"),("terms",new,"/accounts/terms/"),("home",None,"/"),("search",u,"/search/?q=x"),("search-anon",None,"/search/"),("browse",None,"/library/"),("404",u,"/nothing/"),("home-en",None,"/en/")]:
            page=page_for(user,width=width); page.goto(path); page.screenshot(path=OUT/f"{name}-{width}.png",full_page=True)
            try: proper(page)
            except AssertionError as e: bad.append((name,width,str(e)[:1200]))
    page=page_for(u,width=390); page.goto("/workspace/design/"); page.locator(".confirm summary").click(); page.locator("#buttons").screenshot(path=OUT/"confirm.png"); page.locator("#forms").screenshot(path=OUT/"forms.png")
    page.emulate_media(media="print"); page.screenshot(path=OUT/"print.png",full_page=True); page.emulate_media(media="screen")
    from tests.browser.test_design_page import TOO_SMALL, RING
    page.add_style_tag(content=".btn{min-height:20px!important} :focus-visible{outline:0!important}")
    print("small", len(page.evaluate(TOO_SMALL)))
    page.keyboard.press("Tab"); print("ring", page.evaluate(RING))
    ctx=page.context.browser.new_context(device_scale_factor=3, base_url=page.url.split("/workspace")[0], viewport={"width":1280,"height":800})
    ctx.add_cookies(page.context.cookies()); p2=ctx.new_page(); p2.goto("/workspace/design/"); p2.locator("#lesson .sec").first.screenshot(path=OUT/"zoom.png"); ctx.close()
    for b in bad: print(*b)
    assert not bad
