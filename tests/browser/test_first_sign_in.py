"""The first sign-in from a printed slip, on a telephone: scan, set a password, agree, begin."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from schools.models import Invitation, User
from schools.signin import second_step
from schools.signin.actions import slips_url
from tests.browser.conftest import PageFor
from tests.factories import people
from tests.factories.signin import NEW, code, telephone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
READ = """async (place) => {
  // What a camera sees: the modules of the picture, one character each.
  const svg = document.querySelector(place + ' svg');
  const image = new Image();
  const drawn = svg.cloneNode(true);
  drawn.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  image.src = 'data:image/svg+xml,' + encodeURIComponent(drawn.outerHTML);
  await image.decode();
  const size = svg.viewBox.baseVal.width, canvas = document.createElement('canvas');
  canvas.width = canvas.height = size * 8;
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0, size * 8, size * 8);
  const rows = [];
  for (let y = 0; y < size; y++) {
    let row = '';
    for (let x = 0; x < size; x++) {
      row += context.getImageData(x * 8 + 4, y * 8 + 4, 1, 1).data[0] < 128 ? '1' : '0';
    }
    rows.push(row);
  }
  return rows;
}"""


def newcomer(name: str = "陈静怡") -> tuple[User, User]:
    """A school's administrator, and a teacher who has never signed in."""
    people.site_root()
    school = people.school("南关实验学校")
    head = people.with_role(people.Role.SCHOOL_ADMIN, school, people.teacher(school))
    teacher = people.teacher(school, name, username="chenjy", terms=False)
    teacher.set_unusable_password()
    teacher.save()
    return head, teacher


def modules(address: str) -> list[str]:
    """The modules of the QR code of an address, with its quiet edge."""
    import segno

    drawn = segno.make(address, error="m", micro=False)
    return ["".join("1" if dark else "0" for dark in row) for row in drawn.matrix_iter(border=2)]


def printed(page: Page, teacher: User) -> str:
    """Make and look at the slip; the path that its picture leads to."""
    page.goto(slips_url([teacher]))
    page.click("form.notice button")
    page.wait_for_selector(".slips svg")
    from schools.signin.links import token_of

    token = token_of(Invitation.objects.get(user=teacher))
    address = f"{page.url.split('/workspace/')[0]}/accounts/invitation/{token}/"
    assert page.evaluate(READ, ".slips") == modules(address)
    return urlsplit(address).path


def test_from_the_slip_to_today_on_a_telephone(
    page_for: PageFor, proper: Callable[[Page], None]
) -> None:
    head, teacher = newcomer()
    desk = page_for(head, width=1280)
    path = printed(desk, teacher)
    proper(desk)

    page = page_for(width=390)
    page.goto(path)
    proper(page)
    assert "陈静怡" in page.inner_text("h1")
    page.fill("[name=new_password1]", NEW)
    page.fill("[name=new_password2]", NEW)
    page.click("main .btn.main")
    page.wait_for_url("**/accounts/terms/**")
    page.check("[name=agreed]")
    page.click("main .btn.main")
    page.wait_for_url("**/workspace/")

    assert page.locator("main h1").count() == 1
    assert User.objects.get(pk=teacher.pk).check_password(NEW)
    page.goto(path)
    proper(page)
    assert "signed in" not in page.inner_text("main")
    assert page.locator("main .btn.main").get_attribute("href") == "/workspace/"


def test_by_keyboard_and_without_scripts(page_for: PageFor) -> None:
    head, teacher = newcomer()
    path = printed(page_for(head, width=390), teacher)

    page = page_for(width=390, scripts=False)
    page.goto(path)
    page.focus("[name=new_password1]")
    page.keyboard.type(NEW)
    page.keyboard.press("Tab")
    page.keyboard.type(NEW)
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/terms/**")
    page.focus("[name=agreed]")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/workspace/")

    assert User.objects.get(pk=teacher.pk).terms_acceptances.count() == 1


@pytest.mark.parametrize("width", [390, 1280])
def test_the_second_step_from_setting_up_to_signing_in(
    page_for: PageFor, proper: Callable[[Page], None], width: int
) -> None:
    people.site_root()
    user = people.with_role(people.Role.OPERATOR, None, people.user(username="operator"))
    page = page_for(width=width)
    _type_in(page, user)
    page.wait_for_url("**/workspace/")
    page.goto("/workspace/sign-in/")
    proper(page)
    page.click("main .btn.main")
    page.wait_for_selector(".qrbox svg")
    proper(page)
    page.click("summary")
    secret = page.inner_text(".secret")
    page.fill("[name=code]", _shown_for(secret))
    page.click("main .btn.main")
    page.wait_for_url("**/codes/")
    proper(page)
    backup = page.locator(".codes code").first.inner_text()
    page.click("main form .btn.main")
    page.wait_for_url("**/workspace/sign-in/")

    another = page_for(width=width)
    _type_in(another, user)
    another.wait_for_url("**/sign-in/code/**")
    proper(another)
    another.keyboard.type(backup)
    another.keyboard.press("Enter")
    another.wait_for_url("**/workspace/")

    assert second_step.backup_codes_left(user) == second_step.BACKUP_CODES - 1


def test_pages_of_those_who_look_after_people_are_proper(
    page_for: PageFor, proper: Callable[[Page], None]
) -> None:
    head, teacher = newcomer()
    telephone(teacher)
    for width in (390, 1280):
        page = page_for(head, width=width)
        page.goto(f"/workspace/sign-in/people/{teacher.uuid}/")
        proper(page)
        page.goto(f"/accounts/invitation/{'0' * 48}/")
        proper(page)


def _type_in(page: Page, user: User) -> None:
    page.goto("/accounts/login/")
    page.fill("[name=username]", user.username)
    page.fill("[name=password]", people.PASSWORD)
    page.click("main .btn.main")


def _shown_for(secret: str) -> str:
    from base64 import b32decode

    return code(b32decode(secret.replace(" ", "")).hex())
